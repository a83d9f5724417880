import type { ModelTerms } from '../../model/port.ts';
import type { ExtractRequest } from '../port.ts';

/** What the operator chose (SHEAF_EXTRACT_ENGINE): `auto` lets the tier decide. */
export type ExtractEngineChoice = 'auto' | 'rules' | 'model';

/** How one extraction uses the model: for what the rules miss or are unsure of, or for every field. */
export type ModelPart = 'gaps' | 'everything';

/** The model as an engine process needs to know it. */
export interface ModelUse extends ModelTerms {
  readonly part: ModelPart;
  /** Tokens that a question and its answer may have together. */
  readonly contextTokens: number;
}

/** One extraction on its way to an engine process. */
export interface ExtractTask extends ExtractRequest {
  /** Absent: the rules work alone. */
  readonly model?: ModelUse;
}

/** Tiers that ask the model for every field (contract 7.3); the others are chosen for their price or their speed. */
const THOROUGH: ReadonlySet<unknown> = new Set(['agentic', 'agentic_plus']);

/**
 * What the model is asked for, by the parameters of contract 7.3. Instructions in words are nothing that rules could
 * follow, so with them every field is the model's.
 */
export function modelPartOf(
  choice: Exclude<ExtractEngineChoice, 'rules'>,
  { tier, system_prompt: prompt }: Readonly<Record<string, unknown>>,
): ModelPart {
  const hasInstructions = typeof prompt === 'string' && prompt.trim() !== '';
  return choice === 'model' || THOROUGH.has(tier) || hasInstructions ? 'everything' : 'gaps';
}

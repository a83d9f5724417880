import { LOCALLY_APPLIED_OPTIONS } from './applied-options.ts';
import { branch } from './option-tree.ts';

/** Tiers whose pages a model reads, where there is one. */
export type AgenticTier = 'agentic' | 'agentic_plus';

/** What a job asks of a model (contract 7.2). */
export interface AgenticOptions {
  readonly tier: AgenticTier;
  /** The owner's instructions to the model. */
  readonly customPrompt?: string;
  /** Pages that are read well without the model are not sent to it. */
  readonly optimizesCost?: true;
}

/** What is applied where a model reads the pages. */
export const MODEL_APPLIED_OPTIONS: ReadonlySet<string> = new Set([
  ...LOCALLY_APPLIED_OPTIONS,
  'agentic_options.custom_prompt',
  'processing_options.cost_optimizer.enable',
]);

/** Reads stored `parse_v2` parameters; undefined for tiers that use no model. Never throws on odd values. */
export function readAgenticOptions(
  parameters: Readonly<Record<string, unknown>>,
): AgenticOptions | undefined {
  const { tier, agentic_options: options } = parameters;
  if (tier !== 'agentic' && tier !== 'agentic_plus') return undefined;
  const isTree = typeof options === 'object' && options !== null;
  const prompt = isTree ? (options as Readonly<Record<string, unknown>>)['custom_prompt'] : undefined;
  const customPrompt = typeof prompt === 'string' ? prompt.trim() : '';
  const optimizer = branch(branch(parameters, 'processing_options'), 'cost_optimizer');
  return {
    tier,
    ...(customPrompt !== '' && { customPrompt }),
    ...(optimizer['enable'] === true && { optimizesCost: true }),
  };
}

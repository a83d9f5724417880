import { extractViolations } from './extract-rules.ts';
import { jsonSizeViolations, MAX_PARAMETERS_BYTES } from './json-size.ts';
import { parseViolations, targetPagesViolations } from './parse-rules.ts';
import type { Violation } from './violation.ts';

type Rules = (parameters: Readonly<Record<string, unknown>>) => Iterable<Violation>;

/** Products whose parameters obey rules beyond their types. */
const RULES: ReadonlyMap<string, Rules> = new Map<string, Rules>([
  ['parse_v2', parseViolations],
  ['extract_v2', extractViolations],
  ['classify_v2', classifyViolations],
]);

/** Every rule of its product that a configuration breaks; types and bounds were checked before. */
export function configurationViolations(
  productType: string,
  parameters: Readonly<Record<string, unknown>>,
): Violation[] {
  const tooLarge = [...jsonSizeViolations(parameters, 'parameters', MAX_PARAMETERS_BYTES)];
  return tooLarge.length > 0 ? tooLarge : [...(RULES.get(productType)?.(parameters) ?? [])];
}

function* classifyViolations(parameters: Readonly<Record<string, unknown>>): Generator<Violation> {
  const parsing = parameters['parsing_configuration'] as Readonly<Record<string, unknown>> | null | undefined;
  yield* targetPagesViolations(parsing?.['target_pages'], ['parsing_configuration', 'target_pages']);
}

import { EXTRACT_OPTIONS } from './extract-parameters.ts';
import { checkExtractSchema } from './extract-schema/check-schema.ts';
import { nearest } from './nearest.ts';
import { targetPagesViolations } from './parse-rules.ts';
import { PARSE_TIERS } from './parse-presets.ts';
import type { Violation } from './violation.ts';

/** What else parameters hold: whose they are, and, where they are saved, who is told of their jobs. */
const BESIDE_OPTIONS = ['product_type', 'webhook_configuration_ids', 'webhook_configurations'];

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * What contract 7.3 says about `extract_v2` parameters beyond the type and bounds of each, the data schema
 * included. Expects parameters whose types are right; pure.
 */
export function* extractViolations(parameters: Readonly<Record<string, unknown>>): Generator<Violation> {
  yield* unknownOptions(parameters);
  const { tier = 'cost_effective', version, parse_tier: parseTier } = parameters;
  const checked = checkExtractSchema(parameters['data_schema']);
  if (!checked.ok) {
    for (const one of checked.violations) yield { ...one, path: ['data_schema', ...one.path] };
  }
  if (typeof version === 'string' && version !== 'latest' && !isDate(version)) {
    const message = 'version must be latest or a date like 2026-01-31';
    yield { path: ['version'], type: 'value_error', message, input: version };
  }
  yield* targetPagesViolations(parameters['target_pages'], ['target_pages']);
  if (typeof parseTier === 'string' && !PARSE_TIERS.some((known) => known === parseTier)) {
    const message = `parse_tier must be one of ${PARSE_TIERS.join(', ')}`;
    yield { path: ['parse_tier'], type: 'enum', message, input: parseTier };
  }
  for (const field of ['parse_tier', 'parse_config_id']) {
    if (tier !== 'turbo' || typeof parameters[field] !== 'string') continue;
    const message = `the tier turbo does not parse first: leave ${field} out, or take another tier`;
    yield { path: [field], type: 'value_error', message };
  }
  if (parameters['spreadsheet_mode'] === true && tier !== 'agentic_plus') {
    const message = 'spreadsheet_mode needs the tier agentic_plus';
    yield { path: ['spreadsheet_mode'], type: 'value_error', message };
  }
}

/** Options that there are none of: a misspelt one would be left out without a word. */
function* unknownOptions(parameters: Readonly<Record<string, unknown>>): Generator<Violation> {
  for (const [key, input] of Object.entries(parameters)) {
    if (EXTRACT_OPTIONS.includes(key) || BESIDE_OPTIONS.includes(key)) continue;
    const near = nearest(key, EXTRACT_OPTIONS);
    const mend =
      near === undefined ? `the options are ${EXTRACT_OPTIONS.join(', ')}` : `did you mean ${near}?`;
    yield { path: [key], type: 'extra_forbidden', message: `Extra inputs are not permitted: ${mend}`, input };
  }
}

/** A day that the calendar has: a version is the nearest release at or before it. */
function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

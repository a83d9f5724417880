import type { ScalarType } from './data-schema.ts';
import type { Path, Tree, Walk } from './walk.ts';

/** A longer pattern says more than one value can have. */
const LONGEST_PATTERN = 1_000;
const OF_STRINGS = ['minLength', 'maxLength'] as const;
const OF_NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const;
const OF_LISTS = ['minItems', 'maxItems'] as const;
/** Bounds from below with those from above; some may be equal. */
const PAIRS = [
  ['minLength', 'maxLength', 'may_meet'],
  ['minItems', 'maxItems', 'may_meet'],
  ['minimum', 'maximum', 'may_meet'],
  ['minimum', 'exclusiveMaximum', 'apart'],
  ['exclusiveMinimum', 'maximum', 'apart'],
  ['exclusiveMinimum', 'exclusiveMaximum', 'apart'],
] as const;

/** Keywords that bound values, by the type of the values. */
function boundsOf(type: ScalarType | 'array'): readonly string[] {
  if (type === 'array') return OF_LISTS;
  if (type === 'string') return [...OF_STRINGS, 'format', 'pattern'];
  return type === 'boolean' ? [] : OF_NUMBERS;
}

/**
 * Checks what a node says about the values it takes, because every result has to keep to it. A keyword of another type's
 * values bounds nothing and is left as it is.
 */
export function checkBounds(type: ScalarType | 'array', node: Tree, path: Path, walk: Walk): void {
  for (const key of boundsOf(type)) {
    const value = node[key];
    const problem = value === undefined ? undefined : problemOf(key, value);
    if (problem !== undefined) walk.report([...path, key], 'value_error', `${key} ${problem}`, value);
  }
  for (const [low, high, meeting] of PAIRS) {
    const [least, most] = [node[low], node[high]];
    if (!boundsOf(type).includes(low) || typeof least !== 'number' || typeof most !== 'number') continue;
    if (least < most || (least === most && meeting === 'may_meet')) continue;
    walk.report([...path, low], 'value_error', `${low} and ${high} leave no value`, least);
  }
}

function problemOf(key: string, value: unknown): string | undefined {
  if (key === 'format') return typeof value === 'string' ? undefined : 'must be the name of a format';
  if (key === 'pattern') return patternProblem(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (key === 'multipleOf') return value > 0 ? undefined : 'must be more than 0';
  const counts = key.endsWith('Length') || key.endsWith('Items');
  return counts && (!Number.isInteger(value) || value < 0)
    ? 'must be a whole number of at least 0'
    : undefined;
}

function patternProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a regular expression';
  if (value.length > LONGEST_PATTERN) return `must have at most ${LONGEST_PATTERN} characters`;
  return isRegularExpression(value)
    ? undefined
    : 'must be a regular expression of ECMAScript, with the flag u';
}

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

import { COUNTED_THINGS } from './auto-mode.ts';
import { type Tree, wholeNumber } from './option-tree.ts';
import type { Violation } from './violation.ts';

/** Longer patterns are no patterns that somebody wrote. */
const LONGEST_PATTERN = 1_000;

/**
 * What is wrong with the triggers of a rule of the auto mode beyond their types: patterns that are none, and numbers that
 * are written as something else. `path` leads to the rule.
 */
export function* triggerViolations(rule: Tree, path: Violation['path']): Generator<Violation> {
  yield* patternViolations(rule, 'filename_regexp', path);
  yield* patternViolations(rule, 'regexp_in_page', path);
  const counts = COUNTED_THINGS.flatMap((what) => [
    `page_contains_at_least_n_${what}`,
    `page_contains_at_most_n_${what}`,
  ]);
  for (const key of ['page_longer_than_n_chars', 'page_shorter_than_n_chars', ...counts]) {
    const value = rule[key];
    if (isAbsent(value) || wholeNumber(value) !== undefined) continue;
    const message = `${key} must be a whole number of 0 or more`;
    yield { path: [...path, key], type: 'value_error', message, input: value };
  }
  for (const key of ['full_page_image_in_page_threshold', 'layout_element_in_page_confidence_threshold']) {
    const value = rule[key];
    if (isAbsent(value) || isShare(value)) continue;
    const message = `${key} must be a number from 0 to 1`;
    yield { path: [...path, key], type: 'value_error', message, input: value };
  }
}

function* patternViolations(rule: Tree, key: string, path: Violation['path']): Generator<Violation> {
  const [pattern, mode] = [rule[key], rule[`${key}_mode`]];
  const flags = typeof mode === 'string' ? mode : '';
  if (!isPattern('', flags)) {
    const message = `${key}_mode must be flags of a regular expression, such as i, m or s`;
    yield { path: [...path, `${key}_mode`], type: 'value_error', message, input: mode };
    return;
  }
  if (typeof pattern !== 'string' || pattern === '') return;
  if (pattern.length > LONGEST_PATTERN) {
    const message = `${key} may have ${LONGEST_PATTERN} characters at most, and this has ${pattern.length}`;
    yield { path: [...path, key], type: 'value_error', message };
  } else if (!isPattern(pattern, flags)) {
    const message = `${key} is not a regular expression of JavaScript${flags === '' ? '' : ` with the flags ${flags}`}`;
    yield { path: [...path, key], type: 'value_error', message, input: pattern };
  }
}

/** Only whether it can be read: nothing is matched here. */
function isPattern(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

function isShare(value: unknown): boolean {
  if (typeof value === 'string' && value.trim() === '') return false;
  const number = Number(value);
  return number >= 0 && number <= 1;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

import { TimedPatterns } from '../../parse/auto-mode/timed-pattern.ts';

const WORDS = {
  owner: 'the schema',
  givenUp: 'values that would have to match it are left out',
  spent: 'values that would have to match them are left out',
};
/** A value is looked at several times on its way; each answer is kept, so that it is the same each time. */
const MOST_ANSWERS = 20_000;

let warnings: string[] = [];
let patterns = new TimedPatterns((sentence) => warnings.push(sentence), WORDS);
const answers = new Map<string, boolean>();

/** To be called when an extraction begins: each has its own time for patterns. Processes extract one by one. */
export function beginPatterns(): void {
  warnings = [];
  patterns = new TimedPatterns((sentence) => warnings.push(sentence), WORDS);
  answers.clear();
}

/** What became of patterns that took too long, in sentences. */
export function patternWarnings(): readonly string[] {
  return warnings;
}

/** Whether a value matches the pattern of a schema; false where the search took too long. */
export function matchesPattern(value: string, pattern: string): boolean {
  const key = JSON.stringify([pattern, value]);
  const known = answers.get(key);
  if (known !== undefined) return known;
  const matches = patterns.test(pattern, 'u', value);
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(key, matches);
  return matches;
}

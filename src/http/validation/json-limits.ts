import type { ValidationIssue } from '../../errors.ts';
import { issueAt, type Location } from './issue.ts';
import { isJsonObject } from './json-schema.ts';

/**
 * Levels that a JSON body may be nested. A data schema of seven levels needs about forty; what goes over the body by
 * recursion, ourselves and the database, gives up somewhere beyond a few thousand.
 */
export const MAX_JSON_DEPTH = 100;
/** Keys that are enough to find the place. */
const NAMED_LEVELS = 8;

/**
 * What JSON can write and nobody can keep: values nested too deep, and numbers beyond those of the machine, which
 * would come back as null. Finds the first of them.
 */
export function jsonLimitIssue(value: unknown, loc: Location): ValidationIssue | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return issueAt(loc, { type: 'finite_number', msg: 'Input should be a finite number' }, undefined);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (loc.length > MAX_JSON_DEPTH) {
    const msg = `Input should not be nested deeper than ${MAX_JSON_DEPTH} levels`;
    return issueAt(
      loc.slice(0, NAMED_LEVELS),
      { type: 'too_deep', msg, ctx: { max_depth: MAX_JSON_DEPTH } },
      undefined,
    );
  }
  const entries = isJsonObject(value) ? Object.entries(value) : [...(value as unknown[]).entries()];
  for (const [key, item] of entries) {
    // A location is made only for what may be at fault: a body can hold millions of plain values.
    if (typeof item !== 'object' && !(typeof item === 'number' && !Number.isFinite(item))) continue;
    const issue = jsonLimitIssue(item, [...loc, key]);
    if (issue) return issue;
  }
  return undefined;
}

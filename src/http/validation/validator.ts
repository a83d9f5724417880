import { Format } from 'typebox/format';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

import type { ValidationIssue } from '../../errors.ts';
import { parseDateTime } from './date-time.ts';
import { explain } from './explain.ts';
import { readQuery } from './from-text.ts';
import { issueAt, type Location } from './issue.ts';
import type { JsonSchema } from './json-schema.ts';
import { unstorableTexts } from './storable-text.ts';

/** Problems beyond this many are not listed; one refused upload of a wrong file should not answer megabytes. */
const MAX_ISSUES = 100;

/** Where a value stands in the request, which is also how its types are read. */
export type RequestPart = 'body' | 'query' | 'path';

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** Checks one value; `loc` is where the value stands and defaults to the part's own name. */
export type Validator<T> = (value: unknown, loc?: Location) => Validated<T>;

/**
 * Makes the validator of a schema. TypeBox's compiled check decides; only when it says no, the schema is walked
 * again to say why. Query and path values are read from text first, a JSON body is taken as it is.
 */
export function createValidator<T extends TSchema>(schema: T, part: RequestPart): Validator<Static<T>> {
  acceptIsoDateTimes();
  const check = Compile(schema);
  const rules = schema as JsonSchema;
  const fromText = part !== 'body';
  return (given, loc = [part]) => {
    const value = fromText ? readQuery(rules, given) : given;
    const unstorable = fromText ? [...unstorableTexts(value, loc)] : [];
    if (unstorable.length > 0) return { ok: false, issues: unstorable };
    if (check.Check(value)) return { ok: true, value };
    if (value === undefined) {
      return { ok: false, issues: [issueAt(loc, { type: 'missing', msg: 'Field required' }, undefined)] };
    }
    const issues = firstOf(explain(rules, value, loc, { fromText, defs: {} }));
    if (issues.length > 0) return { ok: false, issues };
    return { ok: false, issues: [issueAt(loc, { type: 'value_error', msg: 'Input is not valid' }, value)] };
  };
}

function firstOf(issues: Iterable<ValidationIssue>): ValidationIssue[] {
  const first: ValidationIssue[] = [];
  for (const issue of issues) {
    first.push(issue);
    if (first.length === MAX_ISSUES) break;
  }
  return first;
}

/** TypeBox keeps formats in one table per process; its own `date-time` refuses times without an offset. */
function acceptIsoDateTimes(): void {
  Format.Set('date-time', (text) => parseDateTime(text) !== undefined);
}

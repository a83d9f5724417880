import type { ValidationIssue } from '../../errors.ts';
import { issueAt, type Location, type Problem } from './issue.ts';
import { isJsonObject } from './json-schema.ts';

/** PostgreSQL keeps neither NUL nor half of a surrogate pair in a text. */
// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** How either gets into a JSON document, whose raw text cannot hold them: as an escape. */
const SUSPECT_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

const PROBLEM: Problem = {
  type: 'string_unicode',
  msg: 'Input should be a valid string: it must hold no NUL character and no unpaired surrogate',
};

/** Whether a JSON text may hold a string that {@link unstorableTexts} refuses; cheap, for every request. */
export function mayHoldUnstorableText(json: string): boolean {
  return SUSPECT_ESCAPE.test(json);
}

/** Every string, keys included, that the database could not keep. */
export function* unstorableTexts(value: unknown, loc: Location): Generator<ValidationIssue> {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) yield issueAt(loc, PROBLEM, undefined);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* unstorableTexts(item, [...loc, index]);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) yield issueAt(loc, PROBLEM, undefined);
      else yield* unstorableTexts(item, [...loc, key]);
    }
  }
}

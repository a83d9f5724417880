import { validationError } from '../../errors.ts';
import type { Location } from '../validation/issue.ts';
import { jsonLimitIssue } from '../validation/json-limits.ts';
import { mayHoldUnstorableText, unstorableTexts } from '../validation/storable-text.ts';
import type { Validated, Validator } from '../validation/validator.ts';

/** Reads a form field that carries JSON as text (contract 13.12) and checks it; the issues stand at `loc`. */
export function readJsonField<T>(validator: Validator<T>, text: string, loc: Location): Validated<T> {
  const value = parse(text, loc);
  const beyond = jsonLimitIssue(value, loc);
  if (beyond) return { ok: false, issues: [beyond] };
  const unstorable = mayHoldUnstorableText(text) ? [...unstorableTexts(value, loc)] : [];
  return unstorable.length > 0 ? { ok: false, issues: unstorable } : validator(value, loc);
}

function parse(text: string, loc: Location): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw validationError({
      type: 'json_invalid',
      loc,
      msg: `Invalid JSON in the form field ${String(loc.at(-1))}`,
    });
  }
}

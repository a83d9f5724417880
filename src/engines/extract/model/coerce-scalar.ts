import type { ScalarSchema } from '../../../model/extract-schema/data-schema.ts';
import { withinBounds } from '../values/bounds.ts';
import { findDates } from '../values/dates.ts';
import { findNumbers } from '../values/numbers.ts';
import { findTimes } from '../values/times.ts';
import type { Notation } from '../values/read-value.ts';
import { foldText } from '../vocabulary/words.ts';

/** A scalar of an answer, in the schema's type. */
export interface CoercedScalar {
  readonly value: string | number | boolean;
  /** As the model wrote it: the document may say that rather than the value. */
  readonly written: string;
}

/** How models say that there is nothing. */
const NOTHING =
  /^(?:|-+|–|null|none|nil|undefined|n\/?a|unknown|missing|empty|not (?:found|available|specified|provided|applicable|stated|mentioned|given|present|in (?:the )?(?:text|document)))\.?$/i;
const YES = /^(?:true|yes|y|ja|oui|si|sí|wahr|vrai|1|x|☒|☑|✓|✔|checked)$/i;
const NO = /^(?:false|no|n|nein|non|falsch|faux|0|☐|unchecked)$/i;
const LONGEST_WRITTEN = 2_000;

/**
 * Puts a value of an answer into its schema's type and format: numbers out of local notations, days as ISO 8601, one of
 * the permitted values whatever its case. @returns undefined for nothing, and for what cannot be such a value
 */
export function coerceScalar(
  raw: unknown,
  schema: ScalarSchema,
  notation: Notation,
): CoercedScalar | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof raw)) return undefined;
  const given = raw as string | number | boolean;
  const written = String(given).trim();
  if (typeof given === 'string' && NOTHING.test(written) && !(schema.enum?.includes(given) ?? false))
    return undefined;
  const value = schema.enum ? permitted(given, schema.enum, notation) : typed(given, schema, notation);
  return value !== undefined && withinBounds(value, schema) ? { value, written } : undefined;
}

function permitted(
  given: string | number | boolean,
  values: readonly (string | number | boolean)[],
  notation: Notation,
): string | number | boolean | undefined {
  if (values.includes(given)) return given;
  const folded = foldText(String(given)).trim();
  const alike = values.find((one) => foldText(String(one)).trim() === folded);
  if (alike !== undefined) return alike;
  const number = values.some((one) => typeof one === 'number') ? toNumber(given, notation) : undefined;
  return values.find((one) => one === number);
}

function typed(
  given: string | number | boolean,
  schema: ScalarSchema,
  notation: Notation,
): string | number | boolean | undefined {
  switch (schema.type) {
    case 'string':
      return toText(String(given).trim(), schema, notation);
    case 'boolean':
      return toBoolean(given);
    case 'number':
      return toNumber(given, notation);
    case 'integer': {
      const number = toNumber(given, notation);
      return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
    }
  }
}

function toBoolean(given: string | number | boolean): boolean | undefined {
  if (typeof given === 'boolean') return given;
  const text = String(given).trim();
  if (YES.test(text)) return true;
  return NO.test(text) ? false : undefined;
}

/** A number, or the only one in a text. */
function toNumber(given: string | number | boolean, { decimalSign }: Notation): number | undefined {
  if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
  if (typeof given === 'boolean') return undefined;
  const text = given.trim();
  if (/^[+-]?\d{1,15}(?:\.\d{1,2}|\.\d{4,12})?$/.test(text)) return Number(text);
  const [found, ...others] = findNumbers(text, decimalSign);
  return others.length === 0 ? found?.value : undefined;
}

function toText(text: string, { format }: ScalarSchema, { dateOrder }: Notation): string | undefined {
  if (text.length > LONGEST_WRITTEN) return format === undefined ? text : undefined;
  switch (format) {
    case 'date': {
      const [day, ...others] = findDates(text, dateOrder);
      const isTime = /^\d{4}-\d{2}-\d{2}[T ]/.test(text);
      return others.length === 0 || isTime ? day?.iso : undefined;
    }
    case 'time':
      return /^\d{2}:\d{2}:\d{2}/.test(text) ? text : findTimes(text)[0]?.iso;
    case 'date-time':
      return toDateTime(text, dateOrder);
    case 'email':
      return text.replace(/^mailto:/i, '').replaceAll(/\s*@\s*/g, '@');
    case 'uri':
      return /^[a-z][a-z\d+.-]*:/i.test(text) ? text : `https://${text}`;
    default:
      return text;
  }
}

/** A time without a zone is taken for UTC, and a day for its beginning, as the rules do. */
function toDateTime(text: string, order: Notation['dateOrder']): string | undefined {
  const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (iso) {
    const [, day = '', minutes = '', seconds = ':00', zone = 'Z'] = iso;
    const offset = zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
    return `${day}T${minutes}${seconds}${offset}`;
  }
  const [day] = findDates(text, order);
  return day && `${day.iso}T00:00:00Z`;
}

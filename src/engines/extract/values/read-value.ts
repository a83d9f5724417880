import type { FieldSpec } from '../fields/field-spec.ts';
import { readContact } from './contacts.ts';
import { readCurrency } from './currencies.ts';
import { findDates, type DateOrder, type FoundDate } from './dates.ts';
import { findIbans, findVatNumbers } from './checked-numbers.ts';
import { findNumbers, type DecimalSign, type FoundNumber } from './numbers.ts';
import { findTimes, readTime } from './times.ts';

/** How this document writes numbers and dates. */
export interface Notation {
  readonly decimalSign: DecimalSign;
  readonly dateOrder: DateOrder;
}

/** A value in a text. */
export interface ReadValue {
  readonly value: string | number | boolean;
  /** The part of the text that says it. */
  readonly text: string;
  readonly index: number;
  /** 0 to 1: how well the text looks like such a value. */
  readonly fit: number;
}

const LONGEST_TEXT = 250;
/** No more of a place's text is read: values stand at its beginning. */
const LONGEST_PLACE = 2_000;
/** An account number whose check digits are wrong; taken where a label says that it is one. */
const UNCHECKED_IBAN = /(?<![\p{L}\d])[A-Z]{2}\s?\d{2}(?:\s?[A-Z0-9]){8,30}/u;

/** Reads a field's value from a text that stands where the value should; undefined where none is there. */
export function readValue(spec: FieldSpec, given: string, notation: Notation): ReadValue | undefined {
  const text = given.slice(0, LONGEST_PLACE);
  const { schema, kind } = spec;
  switch (kind) {
    case 'date':
      return readDay(spec, text, notation);
    case 'time':
      return readTime(text);
    case 'amount':
    case 'number':
    case 'percent':
      return readNumber(spec, text, notation);
    case 'identifier':
      return readIdentifier(text, notation);
    case 'iban':
      return findIbans(text)[0] ?? matched(UNCHECKED_IBAN.exec(text), 0.75);
    case 'vat_number':
      return findVatNumbers(text)[0] ?? longEnough(readIdentifier(text, notation, 0.75));
    case 'currency':
      return readCurrency(text);
    case 'bic':
      return matched(/\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b/.exec(text));
    case 'postcode':
      return matched(
        /(?<![\d-])(?:\d{5}-\d{4}|\d{4} [A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{5}|\d{4})(?![\d-])/.exec(
          text,
        ),
      );
    case 'email':
    case 'url':
    case 'phone':
      return readContact(kind, text);
    case 'city':
      return readCity(text);
    case 'enum':
    case 'boolean':
      return undefined;
    default:
      return schema.type === 'string' ? readText(text, kind === 'name') : undefined;
  }
}

/** Tax numbers that are not of a known form have at least so many signs. */
function longEnough(read: ReadValue | undefined): ReadValue | undefined {
  return read && String(read.value).replace(/[^\p{L}\d]/gu, '').length >= 8 ? read : undefined;
}

function matched(match: RegExpExecArray | null, fit = 1): ReadValue | undefined {
  return match ? { value: match[0], text: match[0], index: match.index, fit } : undefined;
}

function readDay({ end, schema }: FieldSpec, text: string, { dateOrder }: Notation): ReadValue | undefined {
  const dates = findDates(text, dateOrder);
  const found = end === 'end' && dates.length > 1 ? dates[1] : dates[0];
  if (!found) return undefined;
  const iso = schema.format === 'date' || wantsIso(schema);
  if (schema.format === 'date-time') return withTime(text, found);
  const value = iso ? found.iso : found.text;
  const several = dates.length > 1 && end === undefined ? 0.8 : dates.length > 2 ? 0.85 : 1;
  const after = text.slice(found.index + found.text.length).match(/\p{L}{2,}/gu)?.length ?? 0;
  const fit = several * (after > MOST_WORDS_AFTER ? 0.65 : 1);
  return { value, text: found.text, index: found.index, fit };
}

/** A date amid a longer sentence is seldom the value of a label. */
const MOST_WORDS_AFTER = 5;

/** A day with the time of day that follows it; midnight where none does. */
function withTime(text: string, { index, text: day, iso }: FoundDate): ReadValue {
  const behind = index + day.length;
  const [time] = findTimes(text.slice(behind, behind + LONGEST_TIME));
  const end = time ? behind + time.index + time.text.length : behind;
  return { value: `${iso}T${time?.iso ?? '00:00:00'}Z`, text: text.slice(index, end), index, fit: 1 };
}

/** A time stands this close behind its day, in letters. */
const LONGEST_TIME = 20;

function wantsIso(schema: FieldSpec['schema']): boolean {
  return /iso|yyyy-mm-dd/i.test(schema.description ?? '') || /\\d\{4\}-/.test(schema.pattern ?? '');
}

function readNumber(spec: FieldSpec, text: string, notation: Notation): ReadValue | undefined {
  const { kind, schema } = spec;
  const dates = findDates(text, notation.dateOrder);
  const inDate = (at: number): boolean =>
    dates.some((date) => at >= date.index && at < date.index + date.text.length);
  const found = findNumbers(text, notation.decimalSign).filter((one) => !inDate(one.index));
  const best = pickNumber(found, kind);
  if (!best || (schema.type === 'integer' && !Number.isInteger(best.value))) return undefined;
  const words = text.replace(best.text, '').match(/\p{L}{2,}/gu)?.length ?? 0;
  const shape = kind !== 'amount' || best.hasCurrency || best.decimals >= 2 ? 1 : words > 0 ? 0.5 : 0.75;
  const fit = shape * (words > 3 ? 0.6 : words > 0 && kind === 'amount' ? 0.9 : words > 1 ? 0.85 : 1);
  const value = schema.type === 'string' ? best.text : best.value;
  return { value, text: best.text, index: best.index, fit };
}

function pickNumber(found: readonly FoundNumber[], kind: FieldSpec['kind']): FoundNumber | undefined {
  if (kind === 'percent') return found.find((one) => one.isPercent) ?? found[0];
  const plain = found.filter((one) => !one.isPercent);
  if (kind !== 'amount') return plain.find((one) => !one.hasCurrency) ?? plain[0];
  return plain.find((one) => one.hasCurrency) ?? plain.find((one) => one.decimals === 2) ?? plain[0];
}

const IDENTIFIER_WORD = /^[\p{L}\d#][\p{L}\d\-/._#]*$/u;

/** `No.` amid a line: the number follows it. */
const NUMBER_WORD = /(?:^|\s)(?:Nr|No|Num|N°|Nº|Number|Nummer|Numéro)\b\.?\s?:?\s*(?=\S*\d)|#\s?(?=\S*\d)/i;

/** `Order 4711 line 2`: what a line of this document refers to, not what the whole does. */
const LINE_OF_ANOTHER = /^[\s,;(]{0,3}(?:line|zeile|ligne|pos(?:ition)?\.?|item)\s{0,2}\d/i;

/** Digits in groups that are all there is: `774 112 908`. */
const GROUPED = /^\d{2,5}(?: \d{2,5}){1,7}$/;

/** Numbers of documents and things: words with digits, as a rule one. */
function readIdentifier(text: string, { dateOrder }: Notation, fit = 1): ReadValue | undefined {
  const named = NUMBER_WORD.exec(text);
  const from = named ? named.index + named[0].length : 0;
  const words = [...text.slice(from).matchAll(/\S+/g)].slice(0, 3);
  const dates = findDates(text, dateOrder);
  const [grouped] = dates.length === 0 ? (GROUPED.exec(text.slice(from)) ?? []) : [];
  if (grouped !== undefined) return { value: grouped, text: grouped, index: from, fit };
  for (const word of words) {
    const bare = word[0].replace(/^[(:*]+|[/,.:;)*]+$/g, '');
    const index = from + word.index + word[0].indexOf(bare);
    const inDate = dates.some((date) => index >= date.index && index < date.index + date.text.length);
    if (inDate || bare.length > 40 || !/\d/.test(bare) || !IDENTIFIER_WORD.test(bare)) continue;
    if (/^\d{1,3}(?:[.,]\d{3})*[.,]\d{2}$/.test(bare)) continue;
    const ofLine = LINE_OF_ANOTHER.test(text.slice(index + bare.length)) ? 0.5 : 1;
    const first = word.index === words[0]?.index && !word[0].startsWith('(');
    const unlikely = /^\d{1,2}$/.test(bare) ? 0.6 : /^(?:19|20)\d{2}$/.test(bare) ? 0.9 : 1;
    return { value: bare, text: bare, index, fit: fit * unlikely * ofLine * (first ? 1 : 0.6) };
  }
  return undefined;
}

/** A city without the postcode before it. */
function readCity(text: string): ReadValue | undefined {
  const [before = ''] = /^\s*(?:[A-Z]{1,2}[ -])?\d{4,5} (?=\p{L})/u.exec(text) ?? [];
  const read = readText(text.slice(before.length), false);
  return read && { ...read, index: read.index + before.length };
}

/** Words that begin a reference to a rule or a condition, and no name. */
const PROSE_OPENING =
  /^(?:(?:pursuant|according|subject|prior) to|in accordance with|gemäß|conformément (?:à|aux?)|selon|overeenkomstig|volgens)\s/iu;

function readText(text: string, isName: boolean): ReadValue | undefined {
  const lead = /^[\s:.,;*_–-]+/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(lead);
  const label = /\s(?:\p{Lu}[\p{L}.]*\s){0,2}\p{Lu}[\p{L}.-]*\s?[:：](?!\/\/)/u.exec(rest);
  const value = (label ? rest.slice(0, label.index) : rest).replace(/[\s_]+$/, '');
  if (value.length === 0 || value.length > LONGEST_TEXT || !/[\p{L}\d]/u.test(value)) return undefined;
  const numbered = isName && (!/\p{L}{2}/u.test(value) || NUMBER_WORD.test(value));
  if (numbered) return { value, text: value, index: lead, fit: 0.4 };
  const odd =
    isName &&
    (/^\p{Ll}|^\d+\s.*\d/u.test(value) ||
      (value.match(/\p{L}/gu)?.length ?? 0) < 3 ||
      PROSE_OPENING.test(value) ||
      /\bno\.\s?\d/i.test(value));
  if (odd) return { value, text: value, index: lead, fit: 0.5 };
  const words = value.split(' ').length;
  return { value, text: value, index: lead, fit: isName && words > 12 ? 0.5 : words > 25 ? 0.6 : 1 };
}

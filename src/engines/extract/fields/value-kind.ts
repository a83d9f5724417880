import type { ScalarSchema } from '../../../model/extract-schema/data-schema.ts';
import { isKnownMeaning } from '../vocabulary/words.ts';

/** What a value looks like, as far as the schema tells. */
export type ValueKind =
  | 'amount'
  | 'number'
  | 'percent'
  | 'date'
  | 'time'
  | 'identifier'
  | 'currency'
  | 'iban'
  | 'bic'
  | 'vat_number'
  | 'email'
  | 'phone'
  | 'url'
  | 'postcode'
  | 'city'
  | 'street'
  | 'country'
  | 'state'
  | 'address'
  | 'enum'
  | 'boolean'
  | 'name'
  | 'text';

const MONEY = [
  'amount',
  'total',
  'sub',
  'price',
  'gross',
  'net',
  'tax',
  'balance',
  'discount',
  'shipping',
  'salary',
  'advance',
  'interest',
];
const DATES = ['date', 'birth'];
const NUMBERED = ['number', 'id', 'code', 'serial', 'tax_number'];
/** Money where nothing else is counted. */
const SUMS = ['total', 'sub', 'gross', 'net'];
const COUNTED = ['weight', 'quantity', 'page', 'time'];
const BY_FORMAT: Readonly<Record<string, ValueKind>> = {
  date: 'date',
  'date-time': 'date',
  time: 'time',
  email: 'email',
  'idn-email': 'email',
  uri: 'url',
  url: 'url',
  iri: 'url',
};
const BY_MEANING: readonly (readonly [meaning: string, kind: ValueKind])[] = [
  ['iban', 'iban'],
  ['bic', 'bic'],
  ['email', 'email'],
  ['website', 'url'],
  ['phone', 'phone'],
  ['mobile', 'phone'],
  ['fax', 'phone'],
  ['currency', 'currency'],
  ['postal', 'postcode'],
  ['street', 'street'],
  ['city', 'city'],
  ['country', 'country'],
];

/**
 * @param full meanings of the field's name and of the objects around it
 * @param own meanings of the name and the title alone
 * @param words title and description
 */
export function kindOf(
  schema: ScalarSchema,
  full: readonly string[],
  own: readonly string[],
  words: string,
): ValueKind {
  if (schema.type === 'boolean') return 'boolean';
  if (schema.enum) return 'enum';
  const has = (...meanings: readonly string[]): boolean => meanings.some((meaning) => own.includes(meaning));
  if (schema.type !== 'string') {
    if (has('percent') || (has('rate') && !has('price'))) return 'percent';
    return schema.type === 'number' && has(...MONEY) && !countsThings(own) ? 'amount' : 'number';
  }
  const format = schema.format === undefined ? undefined : BY_FORMAT[schema.format];
  if (format) return format;
  if (has('vat_number') || (full.includes('tax') && has('number', 'id', 'registration'))) return 'vat_number';
  const byMeaning = BY_MEANING.find(([meaning]) => has(meaning));
  if (byMeaning) return byMeaning[1];
  if (has('state') && full.includes('address')) return 'state';
  if (has('address')) return 'address';
  if (has(...DATES) || /\b(?:date|yyyy|iso 8601|datum)\b/i.test(words)) return 'date';
  if (has('due', 'start', 'end') && !has('name', 'city', 'address', 'time')) return 'date';
  if ((has(...NUMBERED) || isReference(own)) && !has('name')) return 'identifier';
  if (has('percent', 'rate')) return 'percent';
  if (has(...MONEY) && !has('terms', 'method', 'type', 'description')) return 'amount';
  return has('name', 'company', 'person', 'supplier', 'customer', 'recipient', 'sender') ? 'name' : 'text';
}

/** `Total weight` and `net quantity` are no amounts of money. */
function countsThings(own: readonly string[]): boolean {
  const money = own.filter((meaning) => MONEY.includes(meaning));
  return (
    own.includes('quantity') ||
    (own.some((one) => COUNTED.includes(one)) && money.every((one) => SUMS.includes(one)))
  );
}

/** A reference, but not a `reference range`. */
function isReference(own: readonly string[]): boolean {
  const at = own.indexOf('reference');
  return at >= 0 && own.slice(at + 1).every((meaning) => isKnownMeaning(meaning));
}

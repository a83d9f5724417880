import type { FieldSchema, ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import { valueSchema } from '../fields/field-spec.ts';
import type { Notation } from '../values/read-value.ts';
import { coerceScalar, type CoercedScalar } from './coerce-scalar.ts';
import type { RawJson } from './read-json.ts';

/** An answer in the form of its schema. */
export type Coerced =
  | { readonly kind: 'scalar'; readonly scalar: CoercedScalar | undefined }
  | CoercedObject
  | { readonly kind: 'list'; readonly items: readonly Coerced[] };
export interface CoercedObject {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Coerced>>;
}

/** Entries of a list that are looked at: more than any part of a document has. */
const MOST_ITEMS = 20_000;

/** What of an answer fits its schema; the rest is left out. Entries of lists that say nothing are left out too. */
export function coerceAnswer(raw: RawJson, schema: ObjectSchema, notation: Notation): CoercedObject {
  return objectOf(unwrap(raw, schema), schema, notation);
}

/** Models put the object into a list or under a name of their own. */
function unwrap(raw: RawJson, schema: ObjectSchema): unknown {
  const names = Object.keys(schema.properties);
  const fits = (value: unknown): boolean => isTree(value) && names.some((name) => Object.hasOwn(value, name));
  if (fits(raw)) return raw;
  const [only] = Array.isArray(raw) ? (raw as unknown[]) : Object.values(raw);
  if (fits(only)) return only;
  const [name, ...others] = names;
  const holdsList = name !== undefined && valueSchema(schema.properties[name]!).type === 'array';
  return Array.isArray(raw) && holdsList && others.length === 0 ? { [name]: raw } : raw;
}

function objectOf(raw: unknown, schema: ObjectSchema, notation: Notation): CoercedObject {
  const given: Readonly<Record<string, unknown>> = isTree(raw) ? raw : {};
  const fields = Object.entries(schema.properties).map(([name, field]): [string, Coerced] => [
    name,
    fieldOf(Object.hasOwn(given, name) ? given[name] : undefined, field, notation),
  ]);
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

function fieldOf(raw: unknown, field: FieldSchema, notation: Notation): Coerced {
  const schema = valueSchema(field);
  switch (schema.type) {
    case 'object':
      return objectOf(Array.isArray(raw) ? (raw as unknown[])[0] : raw, schema, notation);
    case 'array': {
      const given: readonly unknown[] = Array.isArray(raw) ? raw : isNothing(raw) ? [] : [raw];
      const items = given.slice(0, MOST_ITEMS).map((item) => fieldOf(item, schema.items, notation));
      return { kind: 'list', items: items.filter((item) => !isEmpty(item)) };
    }
    default:
      return { kind: 'scalar', scalar: coerceScalar(bare(raw), schema, notation) };
  }
}

/** `["A"]` and `{"value": "A"}` say `A`. */
function bare(raw: unknown): unknown {
  if (Array.isArray(raw) && raw.length === 1) return (raw as unknown[])[0];
  return isTree(raw) && Object.hasOwn(raw, 'value') ? raw['value'] : raw;
}

export function isEmpty(field: Coerced): boolean {
  switch (field.kind) {
    case 'scalar':
      return field.scalar === undefined;
    case 'list':
      return field.items.every((item) => isEmpty(item));
    case 'object':
      return Object.values(field.fields).every((inner) => isEmpty(inner));
  }
}

function isNothing(raw: unknown): boolean {
  return raw === undefined || raw === null || raw === '';
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

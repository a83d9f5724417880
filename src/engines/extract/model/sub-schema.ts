import type { FieldSchema, ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import { valueSchema } from '../fields/field-spec.ts';
import { estimateTokens } from './token-estimate.ts';
import { answerSchema } from './answer-schema.ts';

/** A scalar or a list that is not inside a list, by the names on the way to it, as JSON. */
export type FieldKey = string;

export function fieldKey(path: readonly string[]): FieldKey {
  return JSON.stringify(path);
}

/** Keys of all scalars and lists of an object, in the schema's order. */
export function fieldKeys(schema: ObjectSchema, path: readonly string[] = []): FieldKey[] {
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const value = valueSchema(field);
    const here = [...path, name];
    return value.type === 'object' ? fieldKeys(value, here) : [fieldKey(here)];
  });
}

/** How a field is named to a person. */
export function fieldName(key: FieldKey): string {
  return (JSON.parse(key) as string[]).join('.');
}

/** The part of a schema that has these fields; undefined when that is none. Lists stay whole. */
export function subSchema(
  schema: ObjectSchema,
  wanted: ReadonlySet<FieldKey>,
  path: readonly string[] = [],
): ObjectSchema | undefined {
  const kept = Object.entries(schema.properties).flatMap(([name, field]): [string, FieldSchema][] => {
    const value = valueSchema(field);
    const here = [...path, name];
    if (value.type !== 'object') return wanted.has(fieldKey(here)) ? [[name, field]] : [];
    const inner = subSchema(value, wanted, here);
    return inner ? [[name, withValue(field, inner)]] : [];
  });
  if (kept.length === 0) return undefined;
  return {
    ...schema,
    properties: Object.fromEntries(kept),
    required: schema.required.filter((name) => kept.some(([own]) => own === name)),
  };
}

function withValue(field: FieldSchema, value: ObjectSchema): FieldSchema {
  return 'anyOf' in field ? { ...field, anyOf: [value, field.anyOf[1]] } : value;
}

/**
 * Cuts a schema into ones that each fit so many tokens, by fields in their order. A field that does not fit by itself is
 * a part of its own all the same.
 */
export function fittingSchemas(schema: ObjectSchema, mostTokens: number): ObjectSchema[] {
  if (schemaTokens(schema) <= mostTokens) return [schema];
  const keys = fieldKeys(schema);
  if (keys.length < 2) return [schema];
  const middle = Math.ceil(keys.length / 2);
  return [keys.slice(0, middle), keys.slice(middle)].flatMap((half) => {
    const part = subSchema(schema, new Set(half));
    return part ? fittingSchemas(part, mostTokens) : [];
  });
}

export function schemaTokens(schema: ObjectSchema): number {
  return estimateTokens(JSON.stringify(answerSchema(schema)));
}

import type { FieldSchema, ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import { leafOf } from '../decide/choose-values.ts';
import { NOT_FOUND, type ExtractedField } from '../extraction.ts';
import {
  describe,
  makeFieldSpec,
  spaced,
  valueSchema,
  type FieldContext,
  type FieldSpec,
} from '../fields/field-spec.ts';
import type { Reading } from '../reading.ts';
import { meaningsOf } from '../vocabulary/words.ts';
import { findRows } from './find-tables.ts';
import type { Row } from './cells.ts';
import { extractList } from './scalar-lists.ts';

/** A list of the schema: objects from the rows of tables, scalars from lists and enumerations. */
export function extractArray(
  name: string,
  field: FieldSchema,
  context: FieldContext,
  reading: Reading,
): ExtractedField {
  const schema = valueSchema(field);
  if (schema.type !== 'array') throw new Error(`${name} is not a list`);
  const item = valueSchema(schema.items);
  const most = schema.maxItems ?? Infinity;
  if (item.type === 'object') return { kind: 'list', items: itemsOf(item, reading).slice(0, most) };
  if (item.type === 'array') return { kind: 'list', items: [] };
  const outside = { path: context.path.slice(0, -1), meanings: [] };
  const spec = makeFieldSpec(name, { ...item, ...describe(field) }, outside);
  return { kind: 'list', items: extractList(spec, reading).slice(0, most) };
}

/** Objects from the rows of the tables whose heads name their fields. */
export function itemsOf(item: ObjectSchema, reading: Reading): ExtractedField[] {
  const specs: FieldSpec[] = [];
  collect(item, { path: [], meanings: [], inList: true }, specs);
  const least = Math.min(2, specs.length);
  return findRows(specs, least, reading).map((row) => objectOf(item, [], row, specs, reading));
}

function collect(schema: ObjectSchema, context: FieldContext, specs: FieldSpec[]): void {
  for (const [name, field] of Object.entries(schema.properties)) {
    const value = valueSchema(field);
    if (value.type === 'object') {
      const meanings = [...context.meanings, ...meaningsOf(spaced(name))];
      collect(value, { ...context, path: [...context.path, name], meanings }, specs);
    } else if (value.type !== 'array') specs.push(makeFieldSpec(name, field, context));
  }
}

function objectOf(
  schema: ObjectSchema,
  path: readonly string[],
  row: Row,
  specs: readonly FieldSpec[],
  reading: Reading,
): ExtractedField {
  const fields = Object.entries(schema.properties).map(([name, field]): [string, ExtractedField] => {
    const value = valueSchema(field);
    const here = [...path, name];
    if (value.type === 'object') return [name, objectOf(value, here, row, specs, reading)];
    if (value.type === 'array') return [name, { kind: 'list', items: [] }];
    const spec = specs.find((one) => JSON.stringify(one.path) === JSON.stringify(here));
    const found = spec && row.get(spec);
    return [name, found ? leafOf(found, reading) : NOT_FOUND];
  });
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

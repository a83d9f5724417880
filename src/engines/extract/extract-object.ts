import type { FieldSchema, ObjectSchema } from '../../model/extract-schema/data-schema.ts';
import { extractArray } from './arrays/extract-array.ts';
import { chooseValues } from './decide/choose-values.ts';
import type { ExtractedField } from './extraction.ts';
import {
  makeFieldSpec,
  spaced,
  valueSchema,
  type FieldContext,
  type FieldSpec,
} from './fields/field-spec.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { meaningsOf } from './vocabulary/words.ts';
import { readDocument, type Reading } from './reading.ts';

/** One object of the schema from a whole document. */
export function extractObject(document: ParsedDocument, schema: ObjectSchema): ExtractedField {
  const reading = readDocument(document);
  const specs: FieldSpec[] = [];
  collectSpecs(schema, { path: [], meanings: [] }, specs);
  const chosen = chooseValues(specs, reading);
  return assemble(schema, { path: [], meanings: [] }, chosen, reading);
}

/** All scalars that are not in lists. */
function collectSpecs(schema: ObjectSchema, context: FieldContext, specs: FieldSpec[]): void {
  for (const [name, field] of Object.entries(schema.properties)) {
    const value = valueSchema(field);
    if (value.type === 'object') collectSpecs(value, below(context, name), specs);
    else if (value.type !== 'array') specs.push(makeFieldSpec(name, field, context));
  }
}

function below(context: FieldContext, name: string): FieldContext {
  return {
    path: [...context.path, name],
    meanings: [...new Set([...context.meanings, ...meaningsOf(spaced(name))])],
  };
}

function assemble(
  schema: ObjectSchema,
  context: FieldContext,
  chosen: ReadonlyMap<string, ExtractedField>,
  reading: Reading,
): ExtractedField {
  const fields = Object.entries(schema.properties).map(([name, field]) => [name, one(name, field)] as const);
  return { kind: 'object', fields: Object.fromEntries(fields) };

  function one(name: string, field: FieldSchema): ExtractedField {
    const value = valueSchema(field);
    if (value.type === 'object') return assemble(value, below(context, name), chosen, reading);
    if (value.type === 'array') return extractArray(name, field, below(context, name), reading);
    const key = JSON.stringify([...context.path, name]);
    const leaf = chosen.get(key);
    if (!leaf) throw new Error(`The field ${key} was not decided on.`);
    return leaf;
  }
}

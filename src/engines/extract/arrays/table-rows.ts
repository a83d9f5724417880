import type { ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import type { ExtractedField } from '../extraction.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { readDocument } from '../reading.ts';
import { itemsOf } from './extract-array.ts';

/** One object of the schema for each row of the tables whose heads name its fields. */
export function extractRows(document: ParsedDocument, schema: ObjectSchema): ExtractedField[] {
  return itemsOf(schema, readDocument(document));
}

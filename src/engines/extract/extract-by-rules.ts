import type { DataSchema } from '../../model/extract-schema/data-schema.ts';
import { dataOf, type ExtractedField, type Extraction } from './extraction.ts';
import { extractObject } from './extract-object.ts';
import { pagesToRead } from './page-choice.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { extractRows } from './arrays/table-rows.ts';

/** What of contract 7.3 the rules follow. */
export interface ExtractSettings {
  readonly extraction_target?: 'per_doc' | 'per_page' | 'per_table_row';
  /** `1,3,5-7`, counted from 1; goes before `max_pages`. */
  readonly target_pages?: string | null;
  readonly max_pages?: number | null;
  /** Exact names of a workbook's sheets; goes before `target_pages`. */
  readonly sheet_names?: readonly string[] | null;
}

/**
 * Finds the schema's fields in a parsed document by labels, shapes, tables and forms. Pure, synchronous and
 * deterministic. What is not in the document is null, whatever the schema requires: a value is never made up.
 */
export function extractByRules(
  document: ParsedDocument,
  schema: DataSchema,
  settings: ExtractSettings,
): Extraction {
  const { pages, warnings } = pagesToRead(document, settings);
  const chosen: ParsedDocument = { pages };
  const fields = byTarget(chosen, schema, settings.extraction_target ?? 'per_doc');
  return { data: dataOf(fields), fields, pages: pages.map((page) => page.pageNumber), warnings };
}

function byTarget(
  document: ParsedDocument,
  schema: DataSchema,
  target: NonNullable<ExtractSettings['extraction_target']>,
): ExtractedField {
  switch (target) {
    case 'per_doc':
      return extractObject(document, schema);
    case 'per_page':
      return { kind: 'list', items: document.pages.map((page) => extractObject({ pages: [page] }, schema)) };
    case 'per_table_row':
      return { kind: 'list', items: extractRows(document, schema) };
  }
}

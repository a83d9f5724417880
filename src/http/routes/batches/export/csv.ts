import { csvLine } from '../../../../model/csv-cell.ts';
import { scalarColumns, valueAt, type ColumnPath } from '../../../../model/scalar-columns.ts';
import type { BatchExport, ExportedFile, ExportedSections } from '../../../../services/export-batch.ts';
import { presentBatchFile } from '../present-file.ts';

const FIXED = [
  'display_name',
  'status',
  'pages',
  'seconds',
  'error_code',
  'error_message',
  'directory_file_id',
  'job_id',
] as const;

/** The data of one file is held in memory; what is larger is no row of a table. */
const MAX_DATA_BYTES = 16 * 1024 * 1024;
const TOO_LARGE = 'The data is too large for a table: export it as jsonl or zip.';

/** A row for each file; of extractions with the single values of the schema, and a row for each entry of a list. */
export async function* exportCsv({ batch, files }: BatchExport): AsyncGenerator<string> {
  const columns =
    batch.job_type === 'extract_v2' ? scalarColumns(batch.resolved_parameters['data_schema']) : [];
  yield csvLine([...FIXED, ...columns.map((path) => ['data', ...path].join('.'))]);
  for await (const file of files) yield await rowsOf(file, columns);
}

async function rowsOf({ row, sections }: ExportedFile, columns: readonly ColumnPath[]): Promise<string> {
  const shown = presentBatchFile(row);
  const isTooLarge = columns.length > 0 && sections !== null && sections.size('data') > MAX_DATA_BYTES;
  const fixed = FIXED.map((name) => (isTooLarge && name === 'error_message' ? TOO_LARGE : shown[name]));
  const data = columns.length > 0 && sections && !isTooLarge ? await readData(sections) : undefined;
  const entries: readonly unknown[] = Array.isArray(data) && data.length > 0 ? data : [data];
  return entries.map((entry) => csvLine([...fixed, ...columns.map((path) => valueAt(entry, path))])).join('');
}

async function readData(sections: ExportedSections): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of sections.json('data') ?? []) pieces.push(piece);
  return pieces.length === 0 ? undefined : JSON.parse(Buffer.concat(pieces).toString());
}

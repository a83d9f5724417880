import { parse } from 'csv-parse/sync';
import { DocumentFailure } from '../../document-failure.ts';
import type { TableCell } from '../../items/table.ts';
import { escapeMarkdown } from '../../items/markup.ts';
import type { DocumentReader } from '../../reader.ts';
import { flowDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';
import { sniffDelimiter } from './delimiter.ts';

/** Cells that one table may have; what is beyond is a database, not a document. */
const MOST_CELLS = 2_000_000;

/** Reads comma-separated values, whatever separates them, as one table whose first row is its head. */
export const openCsv: DocumentReader = async (input) => {
  const text = (await readText(input)).replace(/^\ufeff/, '');
  const declared = /^sep=(.)\n/i.exec(text);
  const body = declared ? text.slice(declared[0].length) : text;
  const records = parseRecords(body, declared?.[1] ?? sniffDelimiter(body), input.warn);
  const cells = records.reduce((sum, record) => sum + record.length, 0);
  if (cells > MOST_CELLS) {
    throw new DocumentFailure(
      'DOCUMENT_TOO_LARGE',
      `The table has ${cells} cells, and at most ${MOST_CELLS} are read. Split it and upload the parts.`,
    );
  }
  if (records.some((record) => record.length !== records[0]?.length))
    input.warn('The rows of the table have different numbers of cells; short ones were filled up.');
  const rows = records.map((record) =>
    record.map((value): TableCell => ({ md: escapeMarkdown(value.trim()), value: value.trim() })),
  );
  return flowDocument([{ blocks: [{ kind: 'table', rows, headerRows: 1 }] }], input);
};

function parseRecords(text: string, delimiter: string, warn: (sentence: string) => void): string[][] {
  const options = { delimiter, relax_column_count: true, skip_empty_lines: true, bom: true };
  try {
    return parse(text, { ...options, relax_quotes: true });
  } catch {
    warn(
      'A quote of the table is never closed, so all quotes were read as ordinary signs. The file may be cut off.',
    );
    return parse(text, { ...options, quote: false });
  }
}

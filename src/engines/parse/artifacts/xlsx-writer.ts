import { ZipWriter } from '../containers/zip-writer.ts';
import { escapeHtml } from '../items/markup.ts';
import { SheetNames } from './sheet-names.ts';

/** Bounds of a sheet and a cell that Excel opens, and more sheets than anybody looks through. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
const LONGEST_TEXT = 32_767;
const MOST_SHEETS = 10_000;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const MEDIA = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * Writes a workbook (ECMA-376 part 1, 18.2) with a sheet for each table, as the tables come: numbers as numbers, all
 * else as text, so that nothing in a cell is taken for a formula.
 */
export class XlsxWriter {
  readonly #zip: ZipWriter;
  readonly #names = new SheetNames();
  readonly #sheets: string[] = [];

  /** @param write takes the file's next bytes */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#zip = new ZipWriter(write);
  }

  get sheets(): number {
    return this.#sheets.length;
  }

  /** @param name text to name the sheet by; `Table_1`, `Table_2` … without one */
  addSheet(rows: readonly (readonly (string | number | null)[])[], name?: string): void {
    if (this.#sheets.length >= MOST_SHEETS) return;
    this.#sheets.push(this.#names.next(name, `Table_${this.#sheets.length + 1}`));
    const xml = rows.slice(0, MOST_ROWS).map((row, index) => rowXml(row, index + 1));
    this.#zip.add(
      `xl/worksheets/sheet${this.#sheets.length}.xml`,
      `${HEAD}<worksheet xmlns="${SPREADSHEET}"><sheetData>${xml.join('')}</sheetData></worksheet>`,
    );
  }

  /** Writes what holds the sheets together. A workbook without sheets cannot be opened: write at least one. */
  finish(): void {
    const numbers = this.#sheets.map((_, index) => index + 1);
    const sheets = this.#sheets.map(
      (name, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
    );
    this.#zip.add(
      'xl/workbook.xml',
      `${HEAD}<workbook xmlns="${SPREADSHEET}" xmlns:r="${OFFICE}"><sheets>${sheets.join('')}</sheets></workbook>`,
    );
    const relations = numbers.map((number) =>
      relation(`rId${number}`, 'worksheet', `worksheets/sheet${number}.xml`),
    );
    this.#zip.add('xl/_rels/workbook.xml.rels', relationships(relations));
    this.#zip.add('_rels/.rels', relationships([relation('rId1', 'officeDocument', 'xl/workbook.xml')]));
    const types = numbers.map((number) =>
      override(`/xl/worksheets/sheet${number}.xml`, `${MEDIA}.worksheet+xml`),
    );
    this.#zip.add(
      '[Content_Types].xml',
      `${HEAD}<Types xmlns="${PACKAGE}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        `${override('/xl/workbook.xml', `${MEDIA}.sheet.main+xml`)}${types.join('')}</Types>`,
    );
    this.#zip.finish();
  }
}

function rowXml(row: readonly (string | number | null)[], number: number): string {
  const cells = row.slice(0, MOST_COLUMNS).map((value, index) => {
    if (value === null || value === '') return '';
    const at = `r="${columnName(index)}${number}"`;
    if (typeof value === 'number' && Number.isFinite(value)) return `<c ${at}><v>${value}</v></c>`;
    const text = escapeXml(String(value).slice(0, LONGEST_TEXT));
    return `<c ${at} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
  });
  return `<row r="${number}">${cells.join('')}</row>`;
}

/** `A` to `Z`, then `AA`. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** Text as XML content; what XML 1.0 (section 2.2) knows no character for is replaced. */
function escapeXml(text: string): string {
  return escapeHtml(text).replace(/(?![\t\n\r])\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd');
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
}

function relationships(relations: readonly string[]): string {
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${relations.join('')}</Relationships>`;
}

function override(part: string, type: string): string {
  return `<Override PartName="${part}" ContentType="${type}"/>`;
}

import { DocumentFailure } from '../../document-failure.ts';
import { flowPage } from '../../items/flow.ts';
import type { DocumentReader, PageReading, ReaderInput } from '../../reader.ts';
import { NATIVE_ENGINE } from '../flow-document.ts';
import { OoxmlPackage, type Relationships } from '../ooxml/package.ts';
import { PicturePages } from '../pictures/picture-pages.ts';
import { LEFT_OUT, NOTHING_HIDDEN, withoutHidden } from '../spreadsheet/hidden.ts';
import { shownSheets } from '../spreadsheet/shown-sheets.ts';
import { mergeCells, MOST_CELLS, type SheetRow } from '../spreadsheet/sheet.ts';
import { sheetBlocks } from '../spreadsheet/sheet-blocks.ts';
import { linkAddress } from '../web-address.ts';
import { drawingBlocks } from './drawings.ts';
import { areZerosDoubtful } from './formulas.ts';
import { readSheet, type SheetReading } from './sheet-reader.ts';
import { sheetNotes } from './notes.ts';
import { readWorkbook, type Workbook, type WorkbookSheet } from './workbook.ts';

/** Reads Excel workbooks (ECMA-376 part 1, 18; strict ones too): every sheet is a page, read when it is asked for. */
export const openXlsx: DocumentReader = async (input) => {
  const source = await OoxmlPackage.open(input.path, input.warn);
  let workbook: Workbook;
  try {
    workbook = await readWorkbook(source);
  } finally {
    await source.close();
  }
  if (workbook.damage !== undefined)
    input.warn(
      `The workbook's table of texts is damaged (${workbook.damage}); cells lack the texts behind the damage.`,
    );
  const pages = new SheetPages(workbook, input);
  return {
    engine: NATIVE_ENGINE,
    documentPages: pages.count,
    offers: ['embedded'],
    read: (pageNumbers) => pages.read(pageNumbers),
    finish: () => pages.finish(),
  };
};

class SheetPages {
  readonly #workbook: Workbook;
  readonly #input: ReaderInput;
  readonly #sheets: readonly WorkbookSheet[];
  readonly #warned = new Set<string>();
  readonly #pictures: PicturePages;
  #cellsLeft = MOST_CELLS;

  constructor(workbook: Workbook, input: ReaderInput) {
    this.#pictures = new PicturePages(input);
    this.#workbook = workbook;
    this.#input = input;
    this.#sheets = shownSheets(workbook.sheets, input);
  }

  get count(): number {
    return this.#sheets.length;
  }

  finish(): void {
    this.#pictures.finish();
  }

  /** The package is open only while sheets are read, so that nothing has to be closed when the document ends early. */
  async read(pageNumbers: readonly number[]): Promise<PageReading[]> {
    const source = await OoxmlPackage.open(this.#input.path, (sentence) =>
      this.#warnOnce(sentence, sentence),
    );
    try {
      const readings: PageReading[] = [];
      for (const pageNumber of pageNumbers) {
        const sheet = this.#sheets[pageNumber - 1];
        if (sheet) readings.push(await this.#readPage(source, sheet, pageNumber));
      }
      return readings;
    } finally {
      await source.close();
    }
  }

  async #readPage(source: OoxmlPackage, sheet: WorkbookSheet, pageNumber: number): Promise<PageReading> {
    const { options } = this.#input;
    if (sheet.part === undefined) return { page: flowPage({ pageNumber, blocks: [] }, options) };
    if (!source.has(sheet.part)) {
      const error = `The workbook lacks the part of its sheet ${JSON.stringify(sheet.name)}.`;
      return { fault: { pageNumber, error, isOcrFault: false } };
    }
    const reading = await readSheet(source.chunks(sheet.part), {
      ...this.#workbook,
      mostCells: this.#cellsLeft,
    });
    this.#cellsLeft -= reading.cells;
    if (reading.damage !== undefined && reading.rows.length === 0) {
      const error = `The sheet ${JSON.stringify(sheet.name)} is damaged (${reading.damage}).`;
      if (this.count === 1)
        throw new DocumentFailure('DOCUMENT_IS_BROKEN', `${error} Save it again and upload the new file.`);
      return { fault: { pageNumber, error, isOcrFault: false } };
    }
    this.#warnOf(sheet, reading);
    const relationships = await source.relationships(sheet.part);
    const after = [
      ...(await drawingBlocks(source, relationships, reading.drawing)),
      ...(await sheetNotes(source, relationships)),
    ];
    const blocks = sheetBlocks(
      sheet.name,
      this.#shownRows(reading, relationships),
      {
        annotateLinks: options.annotateLinks,
        detectSubTables: options.spreadsheet.detectSubTables,
      },
      after,
    );
    return this.#pictures.readOne({ pageNumber, blocks });
  }

  #shownRows(reading: SheetReading, relationships: Relationships): SheetRow[] {
    const linked = withLinks(reading, relationships);
    const hidden = this.#input.options.spreadsheet.includeHiddenSheets ? NOTHING_HIDDEN : reading.hidden;
    const { leftOut, rows, merges } = withoutHidden(linked, reading.merges, hidden);
    if (leftOut) this.#warnOnce('hidden', LEFT_OUT);
    return mergeCells(rows, merges);
  }

  #warnOf(sheet: WorkbookSheet, reading: SheetReading): void {
    const name = JSON.stringify(sheet.name);
    if (reading.damage !== undefined)
      this.#input.warn(
        `The sheet ${name} is damaged (${reading.damage}); what stands before the damage was read.`,
      );
    if (areZerosDoubtful(reading.formulas, this.#workbook.isCalculatedOnLoad)) {
      this.#warnOnce(
        'zeros',
        `Formulas whose stored result is 0, the first on the sheet ${name}, were probably never calculated by the program ` +
          'that wrote the workbook, and formulas are not computed here. Open the workbook in a spreadsheet program, save it and upload it again.',
      );
    }
    if (reading.formulas.empty > 0) {
      this.#warnOnce(
        'formulas',
        `Formulas without a stored result, the first on the sheet ${name}, are empty cells, because formulas are not ` +
          'computed here. Open the workbook in a spreadsheet program, save it and upload it again.',
      );
    }
  }

  #warnOnce(key: string, sentence: string): void {
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#input.warn(sentence);
  }
}

/** Links of one cell each; areas that are linked as a whole are rare, and only some of them are followed. */
const MOST_LINKED_AREAS = 100;

function withLinks(reading: SheetReading, relationships: Relationships): readonly SheetRow[] {
  if (reading.hyperlinks.length === 0) return reading.rows;
  const key = (row: number, column: number) => row * 16_384 + column;
  const byCell = new Map<number, string>();
  const areas: { readonly range: SheetReading['merges'][number]; readonly url: string }[] = [];
  for (const { range, id } of reading.hyperlinks) {
    const url = linkAddress(relationships.get(id)?.target);
    if (url === undefined) continue;
    if (range.top === range.bottom && range.left === range.right) byCell.set(key(range.top, range.left), url);
    else if (areas.length < MOST_LINKED_AREAS) areas.push({ range, url });
  }
  const urlAt = (row: number, column: number) =>
    byCell.get(key(row, column)) ??
    areas.find(
      ({ range }) => row >= range.top && row <= range.bottom && column >= range.left && column <= range.right,
    )?.url;
  return reading.rows.map((row) => ({
    index: row.index,
    cells: row.cells.map((cell) => {
      const url = urlAt(row.index, cell.column);
      return url === undefined ? cell : { ...cell, url };
    }),
  }));
}

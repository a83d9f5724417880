import { streamXml } from '../../containers/xml-stream.ts';
import { DocumentFailure } from '../../document-failure.ts';
import { addSpan, type HiddenParts, type Span } from '../spreadsheet/hidden.ts';
import {
  cellPlace,
  cellRange,
  MOST_CELLS,
  type CellRange,
  type SheetCell,
  type SheetRow,
} from '../spreadsheet/sheet.ts';
import type { CellFormats } from './cell-formats.ts';
import { linkLabel, LONGEST_FORMULA, type FormulaCount } from './formulas.ts';
import { cellString } from './shared-strings.ts';

export interface SheetContext {
  readonly strings: readonly string[];
  readonly formats: CellFormats;
  /** Cells that may still be read of the document. */
  readonly mostCells: number;
}

export interface SheetReading {
  readonly rows: readonly SheetRow[];
  readonly cells: number;
  readonly merges: readonly CellRange[];
  /** By area, with the relationship that has the address. */
  readonly hyperlinks: readonly { readonly range: CellRange; readonly id: string }[];
  /** The relationship of what is drawn on the sheet. */
  readonly drawing?: string;
  readonly formulas: FormulaCount;
  readonly hidden: HiddenParts;
  /** What is wrong with the part, if it is damaged. */
  readonly damage?: string;
}

const MOST_RANGES = 200_000;
/** Of all cells of one sheet: a few shared texts may stand in any number of them. */
const MOST_SIGNS = 100_000_000;

/** Reads a sheet while it is decompressed (ECMA-376 part 1, 18.3). @throws {DocumentFailure} for too many cells */
export async function readSheet(chunks: AsyncIterable<Buffer>, context: SheetContext): Promise<SheetReading> {
  const listener = new SheetListener(context);
  const damage = await streamXml(chunks, listener);
  return { ...listener.result(), ...(damage !== undefined && { damage }) };
}

class SheetListener {
  readonly #context: SheetContext;
  readonly #rows: { index: number; cells: SheetCell[] }[] = [];
  readonly #merges: CellRange[] = [];
  readonly #hyperlinks: { range: CellRange; id: string }[] = [];
  readonly #hiddenRows: Span[] = [];
  readonly #hiddenColumns: Span[] = [];
  #drawing: string | undefined;
  #cells = 0;
  #signs = 0;
  readonly #formulas: FormulaCount = { all: 0, empty: 0, zero: 0 };
  #row: { index: number; cells: SheetCell[] } | undefined;
  #rowIndex = -1;
  #column = -1;
  #type = '';
  #style = 0;
  #value = '';
  /** Undefined for cells without one. */
  #formula: string | undefined;
  #isFormula = false;
  #isValue = false;
  #aloud = 0;

  constructor(context: SheetContext) {
    this.#context = context;
  }

  openTag(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'c':
        this.#openCell(attributes);
        break;
      case 'v':
      case 't':
        this.#isValue = this.#aloud === 0;
        break;
      case 'f':
        this.#formula = '';
        this.#isFormula = true;
        break;
      case 'rPh':
        this.#aloud += 1;
        break;
      case 'row':
        this.#openRow(attributes);
        break;
      default:
        this.#openOther(name, attributes);
    }
  }

  closeTag(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false;
    else if (name === 'f') this.#isFormula = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'rPh') this.#aloud -= 1;
    else if (name === 'row') this.#closeRow();
  }

  text(text: string): void {
    if (this.#isValue) this.#value += text;
    else if (this.#isFormula && this.#formula !== undefined && this.#formula.length <= LONGEST_FORMULA)
      this.#formula += text;
  }

  result(): SheetReading {
    // A part that is cut off ends inside a row.
    this.#closeRow();
    const rows = this.#rows;
    const ordered = rows.every((row, index) => index === 0 || row.index > (rows[index - 1]?.index ?? -1));
    // A row that is written twice is taken from its last place.
    const once = ordered ? rows : [...new Map(rows.map((row) => [row.index, row])).values()];
    return {
      rows: ordered ? once : once.toSorted((a, b) => a.index - b.index),
      cells: this.#cells,
      merges: this.#merges,
      hyperlinks: this.#hyperlinks,
      ...(this.#drawing !== undefined && { drawing: this.#drawing }),
      formulas: this.#formulas,
      hidden: { rows: this.#hiddenRows, columns: this.#hiddenColumns },
    };
  }

  #openRow({ r, hidden }: Readonly<Record<string, string>>): void {
    const given = Number(r);
    this.#rowIndex = Number.isInteger(given) && given > 0 ? given - 1 : this.#rowIndex + 1;
    if (isTrue(hidden)) addSpan(this.#hiddenRows, { from: this.#rowIndex, to: this.#rowIndex });
    this.#row = { index: this.#rowIndex, cells: [] };
    this.#column = -1;
  }

  #closeRow(): void {
    const row = this.#row;
    this.#row = undefined;
    if (!row || row.cells.length === 0) return;
    const { cells } = row;
    if (cells.some((cell, index) => index > 0 && cell.column <= (cells[index - 1]?.column ?? -1)))
      row.cells = [...new Map(cells.map((cell) => [cell.column, cell])).values()].toSorted(
        (a, b) => a.column - b.column,
      );
    this.#rows.push(row);
  }

  #openCell({ r, t, s }: Readonly<Record<string, string>>): void {
    this.#column = (r === undefined ? undefined : cellPlace(r)?.column) ?? this.#column + 1;
    this.#type = t ?? 'n';
    this.#style = Number(s ?? 0);
    this.#value = '';
    this.#formula = undefined;
    this.#isFormula = false;
  }

  #closeCell(): void {
    const label = this.#countFormula();
    if (this.#value === '' && label === undefined) return;
    const cell = label === undefined ? this.#shownCell() : { column: this.#column, text: label.trim() };
    if (cell.text === '') return;
    this.#cells += 1;
    if (this.#cells > this.#context.mostCells) {
      throw new DocumentFailure(
        'DOCUMENT_TOO_LARGE',
        `The workbook has more than ${MOST_CELLS} cells. Split it and upload the parts, or ask for some of its sheets ` +
          'with page_ranges.target_pages.',
      );
    }
    this.#signs += cell.text.length;
    if (this.#signs > MOST_SIGNS) {
      throw new DocumentFailure(
        'DOCUMENT_TOO_LARGE',
        `A sheet of the workbook has more than ${MOST_SIGNS} characters in its cells. Split it and upload the parts.`,
      );
    }
    this.#row?.cells.push(cell);
  }

  /** @returns what a link shows that was not calculated; such links are not counted */
  #countFormula(): string | undefined {
    if (this.#formula === undefined) return undefined;
    const isEmpty = this.#value === '';
    const isZero = !isEmpty && this.#type === 'n' && Number(this.#value) === 0;
    const label = isEmpty || isZero ? linkLabel(this.#formula) : undefined;
    if (label !== undefined) return label;
    this.#formulas.all += 1;
    // A text may be empty.
    if (isEmpty && this.#type !== 'str') this.#formulas.empty += 1;
    if (isZero) this.#formulas.zero += 1;
    return undefined;
  }

  #shownCell(): SheetCell {
    const column = this.#column;
    const value = this.#value;
    switch (this.#type) {
      case 's':
        return { column, text: this.#context.strings[Number(value)] ?? '' };
      case 'b':
        return { column, text: value.trim() === '1' ? 'TRUE' : 'FALSE' };
      case 'n': {
        const number = Number(value);
        if (!Number.isFinite(number)) return { column, text: value.trim() };
        const { text, isDate } = this.#context.formats(this.#style)(number);
        return isDate ? { column, text } : { column, text, number };
      }
      case 'd':
        return {
          column,
          text: value
            .trim()
            .replace(/T00:00:00(?:\.0+)?Z?$/, '')
            .replace('T', ' '),
        };
      default:
        return { column, text: cellString(value) };
    }
  }

  #openOther(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'col':
        if (isTrue(attributes['hidden']) && this.#hiddenColumns.length < 1_000)
          this.#hiddenColumns.push({
            from: Number(attributes['min']) - 1,
            to: Number(attributes['max']) - 1,
          });
        break;
      case 'mergeCell': {
        const range = cellRange(attributes['ref'] ?? '');
        if (range && this.#merges.length < MOST_RANGES) this.#merges.push(range);
        break;
      }
      case 'hyperlink': {
        const range = cellRange(attributes['ref'] ?? '');
        const id = relationshipIn(attributes);
        if (range && id !== undefined && this.#hyperlinks.length < MOST_RANGES)
          this.#hyperlinks.push({ range, id });
        break;
      }
      case 'drawing':
        this.#drawing = relationshipIn(attributes);
        break;
    }
  }
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** `r:id`, whatever its prefix. */
function relationshipIn(attributes: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
}

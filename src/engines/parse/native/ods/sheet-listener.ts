import { DocumentFailure } from '../../document-failure.ts';
import {
  cellName,
  MOST_CELLS,
  MOST_COLUMNS,
  MOST_ROWS,
  type CellRange,
  type SheetCell,
  type SheetRow,
} from '../spreadsheet/sheet.ts';
import { generalText } from '../spreadsheet/decimal-format.ts';
import { describing } from '../ooxml/graphic.ts';
import { addSpan, type Span } from '../spreadsheet/hidden.ts';
import { linkAddress } from '../web-address.ts';
import { CellNote } from './cell-note.ts';

/** One table of a spreadsheet document, as it stands there. */
export interface OdsSheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly rows: SheetRow[];
  readonly merges: CellRange[];
  readonly hidden: { readonly rows: Span[]; readonly columns: Span[] };
  /** Texts of shapes that float over the sheet. */
  readonly drawn: string[];
  /** Pictures that float over it; addresses as written. */
  readonly pictures: FloatingPicture[];
  /** What is noted at cells. */
  readonly notes: { readonly cell: string; readonly text: string }[];
}

interface FloatingPicture {
  href: string;
  caption: string;
}

type Attributes = Readonly<Record<string, string>>;

/** Elements whose text belongs to no cell. */
const FLOATING = new Set([
  'shapes',
  'frame',
  'custom-shape',
  'rect',
  'ellipse',
  'g',
  'line',
  'connector',
  'caption',
]);
/** Elements that show nothing: former versions of cells, controls, links to other files. */
const SILENT = new Set(['tracked-changes', 'forms', 'dde-links', 'named-expressions', 'table-source']);

const MOST_PICTURES = 1_000;
const MOST_NOTES = 10_000;

/** Collects the sheets of a spreadsheet document while its content is read (OpenDocument 1.3 part 3, 9). */
export class OdsListener {
  readonly sheets: OdsSheet[] = [];
  readonly #hiddenStyles = new Set<string>();
  #style = '';
  #sheet: OdsSheet | undefined;
  #rowIndex = 0;
  #rowRepeat = 1;
  #cells: SheetCell[] = [];
  #column = 0;
  #columnDefinition = 0;
  #cell: Attributes | undefined;
  #lines: string[] = [];
  #line = '';
  #inLine = false;
  #url: string | undefined;
  #floating = 0;
  /** The picture of the frame that is open, and what its description has been so far. */
  #picture: FloatingPicture | undefined;
  #description: string | undefined;
  #note: CellNote | undefined;
  #silent = 0;
  #total = 0;

  openTag(name: string, attributes: Attributes): void {
    if (this.#silent > 0 || SILENT.has(name)) {
      this.#silent += 1;
      return;
    }
    if (this.#note) {
      this.#note.openTag(name);
      return;
    }
    if (name === 'annotation') {
      this.#note = new CellNote();
      return;
    }
    if (this.#floating > 0 || FLOATING.has(name)) this.#floating += 1;
    switch (name) {
      case 'style':
        this.#style = attributes['style:name'] ?? '';
        break;
      case 'table-properties':
        if (attributes['table:display'] === 'false') this.#hiddenStyles.add(this.#style);
        break;
      case 'image':
        this.#openPicture(attributes);
        break;
      case 'title':
      case 'desc':
        this.#description = '';
        break;
      case 'table':
        this.#openSheet(attributes);
        break;
      case 'table-column':
        this.#defineColumns(attributes);
        break;
      case 'table-row':
        this.#openRow(attributes);
        break;
      case 'table-cell':
      case 'covered-table-cell':
        this.#openCell(attributes);
        break;
      default:
        this.#openText(name, attributes);
    }
  }

  closeTag(name: string): void {
    if (this.#silent > 0) {
      this.#silent -= 1;
      return;
    }
    if (name === 'annotation') {
      this.#closeNote();
      return;
    }
    if (this.#note) {
      this.#note.closeTag(name);
      return;
    }
    const isFloating = this.#floating > 0;
    if (isFloating) this.#floating -= 1;
    if (name === 'title' || name === 'desc') this.#closeDescription();
    else if (name === 'frame') this.#picture = undefined;
    else if (name === 'p' || name === 'h') this.#closeLine(isFloating);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#closeCell();
    else if (name === 'table-row') this.#closeRow();
    else if (name === 'table') this.#sheet = undefined;
  }

  text(text: string): void {
    if (this.#silent > 0) return;
    if (this.#note) this.#note.text(text);
    else if (this.#description !== undefined) this.#description += text;
    else if (this.#inLine) this.#line += text.replaceAll(/\s+/g, ' ');
  }

  /** Further pictures of a frame show the same for other programs. */
  #openPicture(attributes: Attributes): void {
    if (this.#picture || this.#floating === 0 || !this.#sheet) return;
    if (this.#sheet.pictures.length >= MOST_PICTURES) return;
    this.#picture = { href: attributes['xlink:href'] ?? '', caption: '' };
    this.#sheet.pictures.push(this.#picture);
  }

  #closeDescription(): void {
    if (this.#picture) this.#picture.caption = describing(this.#description ?? '') || this.#picture.caption;
    this.#description = undefined;
  }

  #openSheet(attributes: Attributes): void {
    this.#sheet = {
      name: attributes['table:name'] ?? `Sheet ${this.sheets.length + 1}`,
      isHidden: this.#hiddenStyles.has(attributes['table:style-name'] ?? ''),
      rows: [],
      merges: [],
      hidden: { rows: [], columns: [] },
      drawn: [],
      pictures: [],
      notes: [],
    };
    this.sheets.push(this.#sheet);
    this.#rowIndex = 0;
    this.#columnDefinition = 0;
  }

  #closeNote(): void {
    const text = this.#note?.shown ?? '';
    this.#note = undefined;
    const notes = this.#sheet?.notes;
    if (this.#cell && notes && text !== '' && notes.length < MOST_NOTES)
      notes.push({ cell: cellName(this.#rowIndex, this.#column), text });
  }

  #defineColumns(attributes: Attributes): void {
    const repeat = repeatOf(attributes['table:number-columns-repeated'], MOST_COLUMNS);
    const from = this.#columnDefinition;
    if (isHidden(attributes) && this.#sheet)
      addSpan(this.#sheet.hidden.columns, { from, to: from + repeat - 1 });
    this.#columnDefinition += repeat;
  }

  #openRow(attributes: Attributes): void {
    this.#rowRepeat = repeatOf(attributes['table:number-rows-repeated'], MOST_ROWS);
    const from = this.#rowIndex;
    if (isHidden(attributes) && this.#sheet)
      addSpan(this.#sheet.hidden.rows, { from, to: from + this.#rowRepeat - 1 });
    this.#cells = [];
    this.#column = 0;
  }

  #closeRow(): void {
    const cells = this.#cells;
    if (cells.length > 0) {
      const times = Math.min(this.#rowRepeat, MOST_ROWS - this.#rowIndex);
      this.#count(cells.length * Math.max(0, times - 1));
      for (let time = 0; time < times; time += 1)
        this.#sheet?.rows.push({ index: this.#rowIndex + time, cells });
    }
    this.#rowIndex += this.#rowRepeat;
  }

  #openCell(attributes: Attributes): void {
    this.#cell = attributes;
    this.#lines = [];
    this.#url = undefined;
  }

  #closeCell(): void {
    const attributes = this.#cell;
    if (!attributes) return;
    this.#cell = undefined;
    const repeat = repeatOf(attributes['table:number-columns-repeated'], MOST_COLUMNS);
    const shown = shownValue(attributes, this.#lines.join('\n').trim());
    if (shown.text !== '') {
      const times = Math.min(repeat, MOST_COLUMNS - this.#column);
      this.#count(times);
      const url = this.#url;
      for (let time = 0; time < times; time += 1)
        this.#cells.push({ column: this.#column + time, ...shown, ...(url !== undefined && { url }) });
      this.#merge(attributes);
    }
    this.#column += repeat;
  }

  #merge(attributes: Attributes): void {
    const columns = repeatOf(attributes['table:number-columns-spanned'], MOST_COLUMNS);
    const rows = repeatOf(attributes['table:number-rows-spanned'], MOST_ROWS);
    if (columns === 1 && rows === 1) return;
    const [top, left] = [this.#rowIndex, this.#column];
    this.#sheet?.merges.push({ top, left, bottom: top + rows - 1, right: left + columns - 1 });
  }

  #openText(name: string, attributes: Attributes): void {
    if (name === 'p' || name === 'h') {
      this.#line = '';
      this.#inLine = this.#cell !== undefined || this.#floating > 0;
    } else if (!this.#inLine) return;
    else if (name === 's') this.#line += ' '.repeat(repeatOf(attributes['text:c'], 100));
    else if (name === 'tab') this.#line += '\t';
    else if (name === 'line-break') this.#line += '\n';
    else if (name === 'a' && this.#floating === 0) this.#url ??= linkAddress(attributes['xlink:href']);
  }

  #closeLine(isFloating: boolean): void {
    if (!this.#inLine) return;
    this.#inLine = false;
    if (!isFloating) this.#lines.push(this.#line.trim());
    else if (this.#line.trim() !== '') this.#sheet?.drawn.push(this.#line.trim());
  }

  /** Repeated cells are counted before they are made. @throws {DocumentFailure} */
  #count(cells: number): void {
    this.#total += cells;
    if (this.#total <= MOST_CELLS) return;
    throw new DocumentFailure(
      'DOCUMENT_TOO_LARGE',
      `The spreadsheet has more than ${MOST_CELLS} cells. Split it and upload the parts.`,
    );
  }
}

const NUMERIC = new Set(['float', 'percentage', 'currency']);

/** What a cell shows: its text, which is written as it is formatted, or else its value. */
function shownValue(attributes: Attributes, text: string): { text: string; number?: number } {
  const type = attributes['office:value-type'] ?? attributes['calcext:value-type'] ?? '';
  const number = Number(attributes['office:value'] ?? Number.NaN);
  if (NUMERIC.has(type) && Number.isFinite(number)) return { text: text || generalText(number), number };
  if (text !== '') return { text };
  const value =
    attributes['office:string-value'] ?? attributes['office:date-value'] ?? attributes['office:time-value'] ??
    attributes['office:boolean-value']?.toUpperCase(); // prettier-ignore
  return { text: value?.trim() ?? '' };
}

function repeatOf(value: string | undefined, most: number): number {
  const count = Number(value ?? 1);
  return Number.isInteger(count) && count > 0 ? Math.min(count, most) : 1;
}

function isHidden(attributes: Attributes): boolean {
  return /^(?:collapse|filter)$/.test(attributes['table:visibility'] ?? '');
}

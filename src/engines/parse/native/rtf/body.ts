import type { FlowBlock, Inline } from '../../items/flow.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import { FlowCollector } from '../flow-collector.ts';
import { linesOf } from '../block-lines.ts';
import { rtfTable, type CellDefinition, type RtfRow } from './tables.ts';

/** What a paragraph says about itself; `\pard` takes it back. */
export interface ParagraphLook {
  inTable: boolean;
  /** 1 to 6 for headings. */
  headingLevel: number | undefined;
  listLevel: number;
}

/** Cells that one document's tables may have. */
const MOST_CELLS = 2_000_000;
/** Cells that one row may define; word processors allow 63. */
const MOST_COLUMNS = 1_000;

/** Collects one text of an RTF document: its body, a note, a running header or a text box. */
export class RtfBody {
  readonly #collector = new FlowCollector();
  readonly #options: { readonly annotateLinks: boolean };
  #runs: Run[] = [];
  #marker = '';
  #cellLines: FlowBlock[] = [];
  #cells: Inline[] = [];
  #cellCount = 0;
  #rows: RtfRow[] = [];
  #definitions: CellDefinition[] = [];
  #isHeadRow = false;
  #joins = { left: false, above: false };

  constructor(options: { readonly annotateLinks: boolean }) {
    this.#options = options;
  }

  addRun(run: Run): void {
    this.#runs.push(run);
  }

  /** The number or bullet that the writing program put before the paragraph. */
  addMarker(text: string): void {
    this.#marker += text;
  }

  /** Blocks of a text box, which stand before the paragraph that they hang on. */
  addBlocks(blocks: readonly FlowBlock[]): void {
    if (this.#cells.length > 0 || this.#cellLines.length > 0) this.#cellLines.push(...blocks);
    else {
      this.#endTable();
      this.#collector.add(...blocks);
    }
  }

  endParagraph(look: ParagraphLook): void {
    const content = inlineOf(this.#runs, this.#options);
    const marker = this.#marker.replaceAll(/\s+/g, ' ').trim();
    this.#runs = [];
    this.#marker = '';
    if (look.inTable) {
      if (content.text !== '' || content.pictures)
        this.#cellLines.push(paragraphBlock(content, marker, undefined));
      return;
    }
    this.#endTable();
    if (content.text === '') return this.#collector.add(...(content.pictures ?? []));
    if (marker !== '' && look.headingLevel === undefined)
      this.#collector.addEntry({ content, level: look.listLevel, ...numbering(marker) });
    else this.#collector.add(paragraphBlock(content, marker, look.headingLevel));
  }

  /** Acts on a word that belongs to tables; others do nothing. */
  tableWord(name: string, value: number | undefined, look: ParagraphLook): void {
    switch (name) {
      case 'trowd':
        this.#definitions = [];
        this.#isHeadRow = false;
        return;
      case 'trhdr':
        this.#isHeadRow = true;
        return;
      case 'clmrg':
        this.#joins.left = true;
        return;
      case 'clvmrg':
        this.#joins.above = true;
        return;
      case 'cellx': {
        const { left, above } = this.#joins;
        if (this.#definitions.length < MOST_COLUMNS)
          this.#definitions.push({ edge: value ?? 0, joinsLeft: left, joinsAbove: above });
        this.#joins = { left: false, above: false };
        return;
      }
      case 'cell':
        return this.#endCell(look);
      case 'row':
        return this.#endRow();
    }
  }

  #endCell(look: ParagraphLook): void {
    this.endParagraph({ ...look, inTable: true });
    this.#cellCount += 1;
    if (this.#cellCount <= MOST_CELLS) this.#cells.push(linesOf(this.#cellLines));
    this.#cellLines = [];
  }

  #endRow(): void {
    if (this.#cells.length > 0)
      this.#rows.push({ cells: this.#cells, definitions: this.#definitions, isHead: this.#isHeadRow });
    this.#cells = [];
  }

  breakPage(options: { readonly ifUsed: boolean }): void {
    this.#endTable();
    this.#collector.breakPage(options);
  }

  pages(look: ParagraphLook): FlowBlock[][] {
    this.#finish(look);
    return this.#collector.pages().map((page) => [...page.blocks]);
  }

  blocks(look: ParagraphLook): FlowBlock[] {
    this.#finish(look);
    return this.#collector.blocks();
  }

  /** A text may end inside a paragraph, a cell or a row. */
  #finish(look: ParagraphLook): void {
    if (this.#cells.length > 0 || this.#cellLines.length > 0) {
      this.#endCell(look);
      this.#endRow();
    } else this.endParagraph({ ...look, inTable: false });
    this.#endTable();
  }

  #endTable(): void {
    if (this.#cells.length > 0) this.#endRow();
    if (this.#rows.length > 0) this.#collector.add(rtfTable(this.#rows));
    this.#rows = [];
  }
}

function paragraphBlock(content: Inline, marker: string, level: number | undefined): FlowBlock {
  const numbered =
    marker === ''
      ? content
      : { ...content, text: `${marker} ${content.text}`, md: `${marker} ${content.md}` };
  return level === undefined
    ? { kind: 'paragraph', content: numbered }
    : { kind: 'heading', level, content: numbered };
}

function numbering(marker: string): { ordered: boolean; number?: number; label?: string } {
  const number = /^\(?(\d{1,6})[.)]?$/.exec(marker)?.[1];
  if (number !== undefined) return { ordered: true, number: Number(number) };
  // A bullet of the usual kind is a letter of a symbol font or the small o.
  const isCounted = /^\(?[\p{L}\d.]{1,12}[.)]$/u.test(marker);
  return isCounted ? { ordered: true, label: marker } : { ordered: false };
}

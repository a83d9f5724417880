import type { TextItem } from '@llamaindex/liteparse';
import { groupIntoLines } from './geometry.ts';
import type { PageDraft } from './page-draft.ts';

/** Columns of the grid when the document's first page has no print to tell. */
const DEFAULT_COLUMN = 5;
/** A gap of so many line heights is an empty line. */
const EMPTY_LINE = 1.8;

/**
 * Writes the spatial text of all pages on one grid, so that what stands at the same place on two pages stands in the
 * same column of their texts (contract 7.2, `preserve_layout_alignment_across_pages`). LiteParse's own text starts
 * every page at its own left edge and narrows its gaps.
 */
export class AlignedText {
  /** Points to a column: the width of a letter on the first page with text. */
  #column: number | undefined;

  align(draft: PageDraft): PageDraft {
    const items = draft.textItems.filter((item) => item.text.trim() !== '');
    if (items.length === 0) return draft;
    this.#column ??= letterWidth(items);
    const lines: string[] = [];
    let bottom: number | undefined;
    for (const line of groupIntoLines(items)) {
      const top = Math.min(...line.map((item) => item.y));
      const height = Math.max(...line.map((item) => item.height));
      if (bottom !== undefined && top - bottom > height * (EMPTY_LINE - 1)) lines.push('');
      lines.push(writeLine(line, this.#column));
      bottom = top + height;
    }
    return { ...draft, text: lines.join('\n') };
  }
}

function writeLine(line: readonly TextItem[], column: number): string {
  let text = '';
  for (const item of line) {
    const at = Math.max(0, Math.round(item.x / column));
    const start = text === '' ? at : Math.max(at, text.length + 1);
    text = text.padEnd(start) + item.text.trim();
  }
  return text;
}

function letterWidth(items: readonly TextItem[]): number {
  const widths = items
    .filter((item) => item.text.length >= 4 && item.width > 0)
    .map((item) => item.width / item.text.length)
    .toSorted((a, b) => a - b);
  return widths[widths.length >> 1] ?? DEFAULT_COLUMN;
}

import type { Box } from '../../../model/document.ts';
import type { PageContent, StoredItem } from '../parsed-document.ts';
import type { Line, Segment } from './lines.ts';

/** Steps of the grid on which lines without places are laid out: wide enough that no cell reaches into the next. */
const COLUMN = 200;
const LINE = 12;
const LETTER = 1;
/** Longer lines are paragraphs. */
const LONGEST_LINE = 300;

/**
 * Lines of a page whose words have no places: one for each line of a text item, one for each row of a table with a
 * segment for each cell. A page with places but without words is laid out by the columns of its spatial text.
 */
export function linesOfItems(page: PageContent): readonly Line[] {
  const rows = page.items.some((item) => (item.bbox ?? []).length > 0) ? spatialRows(page) : [];
  const cells = rows.length > 0 ? rows : page.items.flatMap((item) => rowsOf(item));
  return cells.map((row, lineIndex): Line => {
    const segments = row.map((cell, index): Segment => {
      return {
        text: cell.text,
        pageNumber: page.pageNumber,
        lineIndex,
        index,
        box: { x: cell.x, y: lineIndex * LINE, w: cell.w, h: LINE * 0.8 },
        words: [],
        around: cell.around,
      };
    });
    return { segments, y: lineIndex * LINE, height: LINE * 0.8 };
  });
}

interface Cell {
  readonly text: string;
  readonly x: number;
  readonly w: number;
  readonly around: readonly Box[];
}

function rowsOf(item: StoredItem): Cell[][] {
  const around = item.bbox ?? [];
  switch (item.type) {
    case 'table':
      return (item.rows ?? []).map((row, rowIndex) =>
        row.flatMap((cell, column) => {
          const text = cell === null ? '' : flat(String(cell));
          const own = item.cellBoxes?.[rowIndex]?.[column];
          const x = column * COLUMN;
          return text === '' ? [] : [{ text, x, w: widthOf(text), around: own ? [own] : around }];
        }),
      );
    case 'list':
    case 'header':
    case 'footer':
      return (item.items ?? []).flatMap((inner) => rowsOf(inner));
    case 'image':
      return [];
    case 'link':
      return [[{ text: flat(item.text ?? item.url ?? ''), x: 0, w: widthOf(item.text ?? ''), around }]];
    default:
      return sentences(item.value ?? '').flatMap((line) => {
        const text = flat(line);
        return text === '' ? [] : [[{ text, x: 0, w: widthOf(text), around }]];
      });
  }
}

/** Lines of a text; a long paragraph gives one for each sentence, so that a label may stand at its beginning. */
function sentences(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    return line.length <= LONGEST_LINE ? [line] : line.split(/(?<=[.;!?])\s(?=\p{Lu})/u);
  });
}

function widthOf(text: string): number {
  return Math.min(COLUMN * 0.9, Math.max(1, text.length) * LETTER);
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The spatial text keeps columns apart by spaces; a letter is a step. */
function spatialRows(page: PageContent): Cell[][] {
  const step = 5;
  return page.text.split('\n').flatMap((line) => {
    const cells: Cell[] = [];
    for (const match of line.matchAll(/\S+(?: \S+)*/g)) {
      const text = match[0];
      cells.push({ text, x: match.index * step, w: text.length * step, around: boxesWith(page, text) });
    }
    return cells.length > 0 ? [cells] : [];
  });
}

/** Boxes of the items that say it. */
function boxesWith(page: PageContent, text: string): readonly Box[] {
  const item = page.items.find((one) => (one.value ?? one.md ?? '').includes(text));
  return item?.bbox ?? [];
}

import type { LayoutBlock } from '@llamaindex/liteparse';
import type { TableCell } from '../../items/table.ts';
import { groupIntoLines, holdsCentre, unionRect } from '../geometry.ts';
import { plainText } from '../../items/markup.ts';
import { type FoundTable, tableRows } from './grid.ts';
import { bottomOf, textOf, type Word } from './words.ts';

/** A table block with spans. `header` and `rows` are not filled. */
export interface SpannedTable extends LayoutBlock {
  readonly kind: 'table';
  readonly grid: readonly (readonly TableCell[])[];
  readonly headerRows: number;
}

export type DraftBlock = LayoutBlock | SpannedTable;

/**
 * Puts tables in the place of the blocks whose words they hold. Words of such a block that no table took stay as a
 * paragraph, so no word of the page is lost and none stands twice.
 * @param dissolved table blocks that are none: their words become paragraphs
 */
export function replaceBlocks(
  blocks: readonly LayoutBlock[],
  tables: readonly FoundTable[],
  words: readonly Word[],
  dissolved: ReadonlySet<LayoutBlock>,
): DraftBlock[] {
  const taken = new Map<Word, FoundTable>();
  for (const table of tables)
    for (const cell of table.cells) for (const word of cell.words) taken.set(word, table);
  const owned = ownedWords(blocks, words);
  const placed = new Set<FoundTable>();
  const out: DraftBlock[] = [];
  for (const block of blocks) {
    const own = owned.get(block) ?? [];
    const touched = own.flatMap((word) => taken.get(word) ?? []);
    if (touched.length === 0 && !dissolved.has(block)) {
      out.push(block);
      continue;
    }
    const left = own.filter((word) => !taken.has(word));
    const table = touched[0];
    const above = table ? left.filter((word) => bottomOf(word) <= table.rect.y + 2) : left;
    out.push(...paragraphs(above));
    for (const one of touched) {
      if (placed.has(one)) continue;
      placed.add(one);
      out.push(tableBlock(one));
    }
    out.push(...paragraphs(left.filter((word) => !above.includes(word))));
  }
  return placeRest(
    out,
    tables.filter((table) => !placed.has(table)),
  );
}

/** Tables made of words that no block covers stand before the first block that begins below them. */
function placeRest(blocks: DraftBlock[], tables: readonly FoundTable[]): DraftBlock[] {
  for (const table of tables) {
    const at = blocks.findIndex((block) => (block.bbox?.y ?? 0) >= bottomOf(table.rect));
    blocks.splice(at < 0 ? blocks.length : at, 0, tableBlock(table));
  }
  return blocks;
}

/** Which words each block was made of: the smallest block around a word has it. */
function ownedWords(blocks: readonly LayoutBlock[], words: readonly Word[]): Map<LayoutBlock, Word[]> {
  const candidates = blocks
    .filter((block) => block.bbox && block.kind !== 'figure' && block.kind !== 'rule')
    .toSorted((a, b) => area(a) - area(b));
  const owned = new Map<LayoutBlock, Word[]>();
  const give = (block: LayoutBlock, word: Word) => {
    const own = owned.get(block);
    if (own) own.push(word);
    else owned.set(block, [word]);
  };
  const loose: Word[] = [];
  for (const word of words) {
    const block = candidates.find((candidate) => candidate.bbox && holdsCentre(candidate.bbox, word));
    if (block) give(block, word);
    else loose.push(word);
  }
  // A heading joined from several lines keeps the box of its first.
  for (const heading of candidates.filter((block) => block.kind === 'heading')) {
    const rest = new Set(plainText(heading.text ?? '').split(/\s+/));
    for (const word of loose) {
      const gap = word.y - bottomOf(heading.bbox ?? word);
      if (rest.has(word.text) && gap > -2 && gap < 4 * word.height) give(heading, word);
    }
  }
  return owned;
}

function area(block: LayoutBlock): number {
  return (block.bbox?.width ?? 0) * (block.bbox?.height ?? 0);
}

function tableBlock(table: FoundTable): SpannedTable {
  const rect = unionRect([table.rect, ...table.cells.flatMap((cell) => [...cell.words])]) ?? table.rect;
  return { kind: 'table', grid: tableRows(table.cells), headerRows: table.headerRows, bbox: rect };
}

/** Lines as paragraphs; a gap of more than a line ends one. */
function paragraphs(words: readonly Word[]): LayoutBlock[] {
  const groups: Word[][] = [];
  for (const line of groupIntoLines(words)) {
    const group = groups.at(-1);
    const gap = group ? (line[0]?.y ?? 0) - Math.max(...group.slice(-5).map(bottomOf)) : 0;
    if (group && gap < (line[0]?.height ?? 0)) group.push(...line);
    else groups.push([...line]);
  }
  return groups.flatMap((group): LayoutBlock[] => {
    const bbox = unionRect(group);
    return bbox ? [{ kind: 'paragraph', text: textOf(group), bbox }] : [];
  });
}

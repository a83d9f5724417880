import type { LayoutBlock } from '@llamaindex/liteparse';
import type { ListItem, TextItem } from '../../../model/document.ts';
import { toBoxes, unionRect } from './geometry.ts';
import { plainText } from '../items/markup.ts';

interface Entry {
  readonly block: LayoutBlock;
  readonly children: Entry[];
}

/**
 * Builds nested lists from consecutive `list_item` blocks, which carry only their depth. A change between
 * ordered and unordered at one depth starts a new list there.
 */
export function listItems(blocks: readonly LayoutBlock[]): readonly ListItem[] {
  const top: Entry[] = [];
  const open: { depth: number; entries: Entry[] }[] = [{ depth: Number.NEGATIVE_INFINITY, entries: top }];
  for (const block of blocks) {
    const depth = block.level ?? 0;
    while (open.length > 1 && (open.at(-1)?.depth ?? 0) >= depth) open.pop();
    const entry: Entry = { block, children: [] };
    open.at(-1)?.entries.push(entry);
    open.push({ depth, entries: entry.children });
  }
  return toLists(top, 0);
}

function toLists(entries: readonly Entry[], depth: number): ListItem[] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run && run[0]?.block.ordered === entry.block.ordered) run.push(entry);
    else runs.push([entry]);
  }
  return runs.map((run) => toList(run, depth));
}

function toList(entries: readonly Entry[], depth: number): ListItem {
  const items: (TextItem | ListItem)[] = [];
  const lines: string[] = [];
  for (const { block, children } of entries) {
    const text = block.text ?? '';
    const md = `${'  '.repeat(depth)}${marker(block)} ${text}`;
    items.push({ type: 'text', value: plainText(text), md: md.trimStart(), boxes: toBoxes(block.bbox) });
    lines.push(md);
    // An ordered marker is wider than an unordered one, and so is the indentation markdown asks for beneath it.
    for (const nested of toLists(children, depth + (block.ordered === true ? 2 : 1))) {
      items.push(nested);
      lines.push(nested.md);
    }
  }
  const boxes = toBoxes(unionRect(entries.flatMap((entry) => extent(entry))));
  return { type: 'list', ordered: entries[0]?.block.ordered === true, items, md: lines.join('\n'), boxes };
}

function extent(entry: Entry): NonNullable<LayoutBlock['bbox']>[] {
  return [...(entry.block.bbox ? [entry.block.bbox] : []), ...entry.children.flatMap(extent)];
}

/** Markdown knows numbers only: letters and Roman numerals stay as they are, behind a bullet. */
function marker(block: LayoutBlock): string {
  const drawn = block.marker ?? '';
  if (block.ordered !== true) return '-';
  const number = /^\(?(\d{1,9})/.exec(drawn)?.[1];
  if (number !== undefined) return `${number}.`;
  return drawn === '' ? '1.' : `- ${drawn}`;
}

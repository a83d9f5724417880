import type { BodyItem } from '../../../model/document.ts';
import { codeItem } from '../items/code.ts';
import { imageItem } from '../items/image.ts';
import { toBoxes } from './geometry.ts';
import { plainText } from '../items/markup.ts';
import { emphasised } from './marked-up-text.ts';
import { listItems } from './list-item.ts';
import type { TableStyle } from '../items/table.ts';
import type { FigureLinks } from './page-pictures.ts';
import { blockTable } from './table-item.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** Turns LiteParse's blocks into items of contract 8.3, in reading order. Rules are lines, not content. */
export function bodyItems(
  blocks: readonly DraftBlock[],
  tables: TableStyle,
  figures: FigureLinks = new Map(),
): BodyItem[] {
  const items: BodyItem[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (!block) continue;
    if (block.kind === 'list_item') {
      let end = index;
      while (blocks[end + 1]?.kind === 'list_item') end += 1;
      items.push(...listItems(blocks.slice(index, end + 1)));
      index = end;
      continue;
    }
    const item =
      block.kind === 'figure'
        ? imageItem('', figures.get(block), toBoxes(block.bbox))
        : singleItem(block, tables);
    if (item) items.push(item);
  }
  return items;
}

function singleItem(block: DraftBlock, tables: TableStyle): BodyItem | undefined {
  const boxes = toBoxes(block.bbox);
  const text = block.text ?? '';
  switch (block.kind) {
    case 'heading': {
      if (text === '') return undefined;
      const level = Math.min(6, Math.max(1, block.level ?? 1));
      return { type: 'heading', level, value: plainText(text), md: `${'#'.repeat(level)} ${text}`, boxes };
    }
    case 'paragraph':
      if (text === '') return undefined;
      return { type: 'text', value: plainText(text), md: emphasised(block), boxes };
    case 'table':
      return blockTable(block, tables);
    case 'code':
    case 'grid_fallback':
      // An empty page comes back as an empty code block; that is no content.
      return codeItem((block.lines ?? []).join('\n'), block.lang, boxes);
    default:
      return undefined;
  }
}

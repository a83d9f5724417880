import type { FlowBlock, FlowList, Inline, PlacedBlock } from '../../items/flow.ts';
import type { PictureBlock } from '../../items/picture.ts';

/** Blocks with the pictures that stand inside them, each behind its block, where items can show them. */
export function withPictures(blocks: readonly PlacedBlock[]): PlacedBlock[] {
  return blocks.flatMap((block) => [block, ...picturesWithin(block)]);
}

/** All pictures in some blocks, for a place that holds only their lines. */
export function picturesOf(blocks: readonly FlowBlock[]): Pick<Inline, 'pictures'> {
  const pictures = blocks.flatMap((block): readonly PictureBlock[] => {
    if (block.kind !== 'image') return picturesWithin(block);
    return block.source ? [{ ...block, isWithin: true }] : [];
  });
  return pictures.length > 0 ? { pictures } : {};
}

/** Pictures inside a block's texts. Their captions are told there already. */
function picturesWithin(block: PlacedBlock): readonly PictureBlock[] {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return block.content.pictures ?? [];
    case 'list':
      return picturesInList(block);
    case 'table':
      return block.pictures ?? [];
    default:
      return [];
  }
}

function picturesInList(list: FlowList): readonly PictureBlock[] {
  return list.entries.flatMap(({ content, lists = [] }) => [
    ...(content.pictures ?? []),
    ...lists.flatMap(picturesInList),
  ]);
}

/** What the pictures of cells add to the block of their table; nothing where there are none. */
export function cellPictures(cells: readonly Pick<Inline, 'pictures'>[]): {
  readonly pictures?: readonly PictureBlock[];
} {
  const pictures = cells.flatMap((cell) => cell.pictures ?? []);
  return pictures.length > 0 ? { pictures } : {};
}

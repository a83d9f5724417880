import type { FlowBlock, FlowList, Inline } from '../items/flow.ts';
import type { PictureBlock } from '../items/picture.ts';

/** Blocks as lines, for places that hold lines only: table cells, notes, running headers. Lists keep their marks. */
export function linesOf(blocks: readonly FlowBlock[]): Inline {
  const all = blocks.flatMap(blockLines);
  const lines = all.filter((line) => line.text !== '');
  const pictures = all.flatMap((line) => line.pictures ?? []);
  const links = lines.flatMap((line) => line.links ?? []);
  return {
    text: lines.map((line) => line.text).join('\n'),
    md: lines.map((line) => line.md).join('\n'),
    ...(links.length > 0 && { links }),
    ...(pictures.length > 0 && { pictures }),
  };
}

function blockLines(block: FlowBlock): Inline[] {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return [block.content];
    case 'code':
      return block.value.split('\n').map((line) => ({ text: line, md: line }));
    case 'image':
      return [captionLine(block)];
    case 'list':
      return listLines(block);
    case 'table':
      return [
        ...block.rows.map((row) => ({
          text: row.map((cell) => String(cell.value ?? cell.md)).join('  '),
          md: row.map((cell) => cell.md.replaceAll('\n', ' ')).join('  '),
        })),
        ...(block.pictures ? [{ text: '', md: '', pictures: block.pictures }] : []),
      ];
  }
}

/** The caption stays; the picture goes where items can show it. */
function captionLine(picture: PictureBlock): Inline {
  const caption = picture.isWithin === true ? '' : picture.caption;
  return {
    text: caption,
    md: caption,
    ...(picture.source && { pictures: [{ ...picture, isWithin: true }] }),
  };
}

function listLines(list: FlowList): Inline[] {
  return list.entries.flatMap(({ content, label, lists }, index) => {
    const marker = list.ordered ? `${(list.start ?? 1) + index}.` : '-';
    const line = { ...content, text: `${label ?? marker} ${content.text}`, md: `${marker} ${content.md}` };
    return [line, ...(lists ?? []).flatMap(listLines)];
  });
}

import type { Box } from '../../../../model/document.ts';
import { child, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, FlowPage } from '../../items/flow.ts';
import { onOneLine } from '../../items/markup.ts';
import type { DocumentReader, ReaderInput } from '../../reader.ts';
import { linesOf } from '../block-lines.ts';
import { illustratedDocument } from '../flow-document.ts';
import { inReadingOrder } from '../reading-order.ts';
import { readOdfBlocks } from './blocks.ts';
import type { OdfContext } from './context.ts';
import { drawingBlocks, isDrawing } from './frames.ts';
import { openOdf } from './package.ts';
import { odfContext, withoutBody } from './reader-text.ts';
import { lengthInPoints } from './styles.ts';

/** 28 by 21 centimetres, the size of a slide that names none. */
const DEFAULT_SIZE = { width: 793.7, height: 595.28 };

/** Reads presentations of OpenDocument. A slide is a page. */
export const openOdp: DocumentReader = async (input) => {
  const pack = await openOdf(input.path, input.warn);
  const presentation = child(child(pack.content, 'body'), 'presentation');
  if (!presentation) throw withoutBody('presentation');
  const { skipEmbeddedData } = input.options.presentation;
  const context = { ...odfContext(pack, input), skipChartData: skipEmbeddedData };
  const hidden: number[] = [];
  const slides = elements(presentation, 'page').map((page, index) => {
    if (!context.styles.hidesSlide(page.attributes['draw:style-name']))
      return readSlide(page, context, input);
    hidden.push(index + 1);
    return { blocks: [], ...slideSize(page, context) };
  });
  if (hidden.length > 0)
    input.warn(
      `Hidden slides are left out, and their pages are empty: ${hidden.join(', ')}. Show them to have them read.`,
    );
  return illustratedDocument(slides, input);
};

function slideSize(page: XmlElement, { styles }: OdfContext): { width: number; height: number } {
  return styles.masterPages.get(page.attributes['draw:master-page-name'] ?? '')?.size ?? DEFAULT_SIZE;
}

function readSlide(page: XmlElement, context: OdfContext, input: ReaderInput): Omit<FlowPage, 'pageNumber'> {
  const size = slideSize(page, context);
  const titles: FlowBlock[] = [];
  const placed: { box: Box; blocks: readonly FlowBlock[] }[] = [];
  const unplaced: FlowBlock[] = [];
  for (const shape of shapesOf(page)) {
    const box = boxOf(shape);
    if (box && !input.options.presentation.outOfBoundsContent && isOutside(box, size)) continue;
    const blocks = drawingBlocks(shape, context).map((block) =>
      block.kind === 'image' && box ? { ...block, box } : block,
    );
    if (blocks.length === 0) continue;
    if (shape.attributes['presentation:class'] === 'title') titles.push(...titleBlocks(blocks));
    else if (box) placed.push({ box, blocks });
    else unplaced.push(...blocks);
  }
  const notes = speakerNotes(page, context);
  return {
    blocks: [...titles, ...inReadingOrder(placed).flatMap(({ blocks }) => blocks), ...unplaced],
    ...size,
    ...(notes !== '' && { speakerNotes: notes }),
  };
}

/** Shapes out of their groups, whose places are those of the slide. */
function shapesOf(parent: XmlElement): XmlElement[] {
  return elements(parent)
    .filter(isDrawing)
    .flatMap((shape) => (shape.name === 'g' || shape.name === 'a' ? shapesOf(shape) : [shape]));
}

function boxOf(shape: XmlElement): Box | undefined {
  const [x, y, w, h] = ['svg:x', 'svg:y', 'svg:width', 'svg:height'].map((name) =>
    lengthInPoints(shape.attributes[name]),
  );
  return x === undefined || y === undefined || w === undefined || h === undefined
    ? undefined
    : { x, y, w, h };
}

function isOutside(box: Box, size: { width: number; height: number }): boolean {
  return box.x >= size.width || box.y >= size.height || box.x + box.w <= 0 || box.y + box.h <= 0;
}

function titleBlocks(blocks: readonly FlowBlock[]): FlowBlock[] {
  const { text, md } = linesOf(blocks);
  return text === ''
    ? []
    : [{ kind: 'heading', level: 1, content: { text: onOneLine(text), md: onOneLine(md) } }];
}

function speakerNotes(page: XmlElement, context: OdfContext): string {
  return elements(child(page, 'notes'), 'frame')
    .filter((frame) => frame.attributes['presentation:class'] === 'notes')
    .map((frame) =>
      elements(frame, 'text-box')
        .map((box) => linesOf(readOdfBlocks(box, context)).text)
        .join('\n'),
    )
    .filter((text) => text !== '')
    .join('\n');
}

import { child, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, FlowPage, Inline } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';
import { altText, graphicBlocks } from '../ooxml/graphic.ts';
import { inReadingOrder } from '../reading-order.ts';
import { BODY_TYPES, isTitleType, PlaceholderShapes } from './placeholders.ts';
import { shapesOf, type SlideShape } from './shapes.ts';
import { slideTable } from './tables.ts';
import { textBlocks, type TextContext } from './text-body.ts';

export interface SlideContext extends TextContext {
  readonly graphics: ReadonlyMap<string, readonly FlowBlock[]>;
  readonly layout: XmlElement | undefined;
  readonly master: XmlElement | undefined;
  readonly width: number;
  readonly height: number;
  readonly outOfBoundsContent: boolean;
  readonly number: number;
}

/** Placeholders that repeat on every slide. */
const FOOTERS = new Set(['ftr', 'dt', 'sldNum']);

interface PlacedBlocks {
  readonly shape: SlideShape;
  readonly blocks: readonly FlowBlock[];
}

/** Reads a slide: its title first, then everything else in reading order. */
export function readSlide(slide: XmlElement, context: SlideContext): Pick<FlowPage, 'blocks' | 'footer'> {
  const models = [new PlaceholderShapes(context.layout), new PlaceholderShapes(context.master)];
  const shapes = shapesOf(findBelow(slide, 'spTree'), models).filter((shape) => isOnSlide(shape, context));
  const footers: Inline[] = [];
  const titles: PlacedBlocks[] = [];
  const others: PlacedBlocks[] = [];
  for (const shape of shapes) {
    const type = shape.placeholder?.type ?? '';
    if (FOOTERS.has(type)) {
      const text =
        type === 'sldNum' ? plainInline(String(context.number)) : linesOf(shapeBlocks(shape, context));
      if (text.text !== '') footers.push(text);
      continue;
    }
    const blocks = shapeBlocks(shape, context);
    if (blocks.length > 0) (isTitleType(type) ? titles : others).push({ shape, blocks });
  }
  const footer = joined(footers);
  return {
    blocks: [...titles.flatMap(({ blocks }) => titleBlocks(blocks)), ...ordered(others)],
    ...(footer && { footer }),
  };
}

/** Shapes that nobody has placed stand at the end, in the file's order. */
function ordered(shapes: readonly PlacedBlocks[]): FlowBlock[] {
  const placed = shapes.flatMap(({ shape, blocks }) => (shape.box ? [{ box: shape.box, blocks }] : []));
  const unplaced = shapes.filter(({ shape }) => !shape.box);
  return [...inReadingOrder(placed), ...unplaced].flatMap(({ blocks }) => blocks);
}

function isOnSlide({ box }: SlideShape, { width, height, outOfBoundsContent }: SlideContext): boolean {
  if (!box || outOfBoundsContent) return true;
  return box.x < width && box.y < height && box.x + box.w > 0 && box.y + box.h > 0;
}

function titleBlocks(blocks: readonly FlowBlock[]): FlowBlock[] {
  const { text, md, links } = linesOf(
    blocks.map((block) =>
      block.kind === 'list' ? { kind: 'paragraph', content: plainLines(block) } : block,
    ),
  );
  const oneLine = (line: string) => line.replaceAll(/\s*\n\s*/g, ' ');
  const unmarked = md.replaceAll(/(?<!\\)\*\*/g, '');
  return text === ''
    ? []
    : [
        {
          kind: 'heading',
          level: 1,
          content: { text: oneLine(text), md: oneLine(unmarked), ...(links && { links }) },
        },
      ];
}

function plainLines(block: Extract<FlowBlock, { kind: 'list' }>): Inline {
  const lines = block.entries.map((entry) => entry.content);
  return { text: lines.map((line) => line.text).join('\n'), md: lines.map((line) => line.md).join('\n') };
}

function joined(parts: readonly Inline[]): Inline | undefined {
  if (parts.length === 0) return undefined;
  return { text: parts.map((part) => part.text).join('  '), md: parts.map((part) => part.md).join('  ') };
}

function shapeBlocks(shape: SlideShape, context: SlideContext): FlowBlock[] {
  const { element } = shape;
  if (element.name === 'graphicFrame') return frameBlocks(element, context);
  if (element.name === 'pic') return pictureBlocks(element);
  const body = child(element, 'txBody') ?? findBelow(element, 'txBody');
  return textBlocks(body, stylesOf(shape, context), context);
}

function frameBlocks(frame: XmlElement, context: SlideContext): FlowBlock[] {
  const data = findBelow(frame, 'graphicData');
  const table = contentOf(data).find((node) => node.name === 'tbl');
  if (table) return [slideTable(table, context)];
  const graphic = graphicBlocks(frame, context.graphics);
  if (graphic) return [...graphic];
  const picture = findBelow(data, 'pic');
  return picture ? pictureBlocks(frame) : [];
}

function pictureBlocks(element: XmlElement): FlowBlock[] {
  const caption = altText(findBelow(element, 'cNvPr'));
  return caption === undefined ? [] : [{ kind: 'image', caption }];
}

/** List styles that hold for a shape's text: its models', then the master's for its kind of text (19.3.1.51). */
function stylesOf({ placeholder, models }: SlideShape, { master }: SlideContext): (XmlElement | undefined)[] {
  const texts = child(master, 'txStyles');
  const type = placeholder?.type;
  const kind =
    type === undefined
      ? 'otherStyle'
      : isTitleType(type)
        ? 'titleStyle'
        : BODY_TYPES.has(type)
          ? 'bodyStyle'
          : 'otherStyle';
  return [...models.map((model) => child(child(model, 'txBody'), 'lstStyle')), child(texts, kind)];
}

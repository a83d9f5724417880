import { child, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, FlowPage, Inline } from '../../items/flow.ts';
import { onOneLine } from '../../items/markup.ts';
import { plainInline } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';
import { altText, graphicBlocks } from '../ooxml/graphic.ts';
import type { PictureFinder } from '../ooxml/pictures.ts';
import { inReadingOrder } from '../reading-order.ts';
import { BODY_TYPES, isTitleType, PlaceholderShapes } from './placeholders.ts';
import { shapesOf, type SlideShape } from './shapes.ts';
import { slideTable } from './tables.ts';
import { textBlocks, type TextContext } from './text-body.ts';

export interface SlideContext extends TextContext {
  readonly picture: PictureFinder;
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
    blocks: [
      ...background(slide, context),
      ...titles.flatMap(({ blocks }) => titleBlocks(blocks)),
      ...ordered(others),
    ],
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
  // A box that begins on the slide is on it even when it has no width or height.
  const isWithin = box.x >= 0 || box.x + box.w > 0;
  return isWithin && (box.y >= 0 || box.y + box.h > 0) && box.x < width && box.y < height;
}

function titleBlocks(blocks: readonly FlowBlock[]): FlowBlock[] {
  const { text, md, links } = linesOf(
    blocks.map((block) =>
      block.kind === 'list' ? { kind: 'paragraph', content: plainLines(block) } : block,
    ),
  );
  const unmarked = md.replaceAll(/(?<!\\)\*\*/g, '');
  return text === ''
    ? []
    : [
        {
          kind: 'heading',
          level: 1,
          content: { text: onOneLine(text), md: onOneLine(unmarked), ...(links && { links }) },
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
  if (element.name === 'graphicFrame') return frameBlocks(shape, context);
  if (element.name === 'pic') return pictureBlocks(shape, context);
  const body = child(element, 'txBody') ?? findBelow(element, 'txBody');
  return [...fillPicture(shape, context), ...textBlocks(body, stylesOf(shape, context), context)];
}

function frameBlocks(shape: SlideShape, context: SlideContext): FlowBlock[] {
  const frame = shape.element;
  const data = findBelow(frame, 'graphicData');
  const table = contentOf(data).find((node) => node.name === 'tbl');
  if (table) return [slideTable(table, context)];
  const graphic = graphicBlocks(frame, context.graphics);
  if (graphic) return [...graphic];
  const picture = findBelow(data, 'pic');
  return picture ? pictureBlocks(shape, context) : [];
}

function pictureBlocks({ element, box }: SlideShape, context: SlideContext): FlowBlock[] {
  const caption = altText(findBelow(element, 'cNvPr'));
  if (caption === undefined) return [];
  const source = context.picture(findBelow(element, 'blip'), 'embed', context.relationships);
  return [{ kind: 'image', caption, source, box }];
}

/** A shape may be filled with a picture instead of being one. */
function fillPicture({ element, box }: SlideShape, context: SlideContext): FlowBlock[] {
  const fill = child(child(element, 'spPr'), 'blipFill');
  const source = context.picture(child(fill, 'blip'), 'embed', context.relationships);
  const caption = source && altText(findBelow(element, 'cNvPr'));
  return caption === undefined ? [] : [{ kind: 'image', caption, source, box }];
}

/** The slide's own background, which scanning programs put the scan in; that of a layout is decoration. */
function background(slide: XmlElement, context: SlideContext): FlowBlock[] {
  const blip = findBelow(child(child(child(slide, 'cSld'), 'bg'), 'bgPr'), 'blip');
  const source = context.picture(blip, 'embed', context.relationships);
  if (!source) return [];
  const { width: w, height: h } = context;
  return [{ kind: 'image', caption: '', source, box: { x: 0, y: 0, w, h }, isWithin: true }];
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

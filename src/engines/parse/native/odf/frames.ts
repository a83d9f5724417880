import { child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { PictureSource } from '../../items/picture.ts';
import { describing } from '../ooxml/graphic.ts';
import type { OdfContext } from './context.ts';
import { packagePicture } from './package.ts';
import { odfTable } from './tables.ts';

/** Elements that draw something (OpenDocument 1.3 part 3, 10). */
export function isDrawing(element: XmlElement): boolean {
  return (element.prefix === 'draw' && element.name !== 'page') || element.prefix === 'dr3d';
}

/** What a frame or shape shows: text, a table, a chart, or a picture. */
export function drawingBlocks(drawing: XmlElement, context: OdfContext): FlowBlock[] {
  switch (drawing.name) {
    case 'frame':
      return frameBlocks(drawing, context);
    case 'g':
    case 'a':
      return elements(drawing)
        .filter(isDrawing)
        .flatMap((inner) => drawingBlocks(inner, context));
    default:
      return context.readBlocks(drawing, context);
  }
}

/** A frame holds one content in several forms; the first that says something stands for all (10.4.2). */
function frameBlocks(frame: XmlElement, context: OdfContext): FlowBlock[] {
  for (const node of elements(frame)) {
    if (node.name === 'text-box') return context.readBlocks(node, context);
    if (node.name === 'table') return odfTable(node, context);
    if (node.name === 'object') {
      const blocks = objectBlocks(node, context);
      if (blocks) return blocks;
    }
    if (node.name === 'image') return [pictureOf(frame, context)];
  }
  return [];
}

/** The first of its forms that is kept as a picture that is shown anywhere; the others are the same for other programs. */
function pictureOf(frame: XmlElement, { names }: OdfContext): FlowBlock {
  const sources = elements(frame, 'image').flatMap((image) => imageSource(image, names) ?? []);
  const [first] = sources;
  const source = sources.find((one) => !('member' in one) || SHOWN.test(one.member)) ?? first;
  return { kind: 'image', caption: captionOf(frame), source };
}

const SHOWN = /\.(?:png|jpe?g|gif|webp|bmp)$/i;

/** A picture in the package, or in the element itself as flat documents have it; other addresses are not looked at. */
function imageSource(image: XmlElement, names: ReadonlySet<string>): PictureSource | undefined {
  const data = child(image, 'binary-data');
  if (data) return { bytes: () => Buffer.from(textOf(data), 'base64') };
  return packagePicture(image.attributes['xlink:href'], names);
}

function captionOf(frame: XmlElement): string {
  const text = (name: string) => elements(frame, name).map(textOf).join(' ');
  return describing(text('desc') || text('title'));
}

/** Charts and formulas; other objects show the picture that stands beside them. */
function objectBlocks(object: XmlElement, context: OdfContext): FlowBlock[] | undefined {
  // Objects are folders, which some programs write with the slash at their end.
  const name = object.attributes['xlink:href']?.replace(/^\.\//, '').replace(/\/$/, '') ?? '';
  const content = context.objects.get(name) ?? child(object, 'math') ?? child(object, 'document');
  if (!content) return undefined;
  if (content.name === 'math') return formulaBlocks(content);
  const chart = child(child(child(content, 'body'), 'chart'), 'chart');
  if (!chart) return undefined;
  const title = elements(child(chart, 'title'), 'p').map(textOf).join(' ').trim();
  const table = child(chart, 'table');
  return [
    ...(title === '' ? [] : [{ kind: 'paragraph', content: plainInline(title) } as const]),
    ...(table && !context.skipChartData ? odfTable(table, context) : []),
  ];
}

/** A formula as its author typed it, which the file keeps beside the drawn one; otherwise its signs in order. */
function formulaBlocks(math: XmlElement): FlowBlock[] {
  const semantics = child(math, 'semantics');
  const typed = elements(semantics, 'annotation').map(textOf).join('').trim();
  const text =
    typed === ''
      ? textOf(semantics ?? math)
          .replaceAll(/\s+/g, ' ')
          .trim()
      : typed;
  return text === '' ? [] : [{ kind: 'code', value: text }];
}

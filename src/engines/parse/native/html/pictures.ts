import type { FlowBlock } from '../../items/flow.ts';
import type { PictureBlock } from '../../items/picture.ts';
import { attributeOf, isElement, type Element } from './dom.ts';
import type { HtmlContext } from './visibility.ts';

/** Smaller pictures, in pixels, only tell their owner that the page was seen. */
const LEAST_SIDE = 3;

/** The picture that an `img` shows, when the document holds it; its caption stands in the text around it. */
export function shownPicture(element: Element, { picture }: HtmlContext): PictureBlock | undefined {
  const isSpeck = ['width', 'height'].some((side) => {
    const pixels = Number.parseInt(attributeOf(element, side) ?? '', 10);
    return pixels < LEAST_SIDE;
  });
  const source = isSpeck ? undefined : picture?.(attributeOf(element, 'src') ?? '');
  const caption = (attributeOf(element, 'alt') ?? '').replaceAll(/\s+/g, ' ').trim();
  return source && { kind: 'image', caption, source, isWithin: true };
}

/** Pictures in a drawing, which covers of publications are often wrapped in. */
export function drawnPictures(drawing: Element, { picture }: HtmlContext): PictureBlock[] {
  return drawing.childNodes.flatMap((node): PictureBlock[] => {
    if (!isElement(node) || node.tagName !== 'image') return [];
    const source = picture?.(attributeOf(node, 'href') ?? attributeOf(node, 'xlink:href') ?? '');
    return source ? [{ kind: 'image', caption: '', source, isWithin: true }] : [];
  });
}

/** Pictures of a text that is nothing but their captions: they stand by themselves. */
export function standingAlone(text: string, pictures: readonly PictureBlock[]): FlowBlock[] | undefined {
  const signs = (one: string) => one.replaceAll(/\s+/g, '');
  if (pictures.length === 0 || signs(text) !== signs(pictures.map(({ caption }) => caption).join('')))
    return undefined;
  return pictures.map((picture) => ({ ...picture, isWithin: picture.caption === '' }));
}

/** A figure with one text: a picture's caption where there is a picture. */
export function figureOf(blocks: readonly FlowBlock[]): FlowBlock | undefined {
  const texts = blocks.filter((block) => block.kind === 'paragraph');
  const pictures = blocks.filter((block) => block.kind === 'image');
  const [text] = texts;
  const [picture] = pictures;
  if (!text || texts.length !== 1 || texts.length + pictures.length !== blocks.length) return undefined;
  if (!picture) return { kind: 'image', caption: text.content.text };
  if (pictures.length > 1 || picture.caption !== '') return undefined;
  return { ...picture, caption: text.content.text, isWithin: false };
}

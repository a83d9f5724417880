import { attribute, child, type XmlElement } from '../../containers/xml.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';

/** What a shape stands for on its slide (ECMA-376 part 1, 19.3.1.36). */
export interface Placeholder {
  readonly type: string;
  readonly index: string | undefined;
}

export function placeholderOf(shape: XmlElement): Placeholder | undefined {
  const properties = contentOf(shape).find((node) => /^nv\w*Pr$/.test(node.name));
  const placeholder = child(child(properties, 'nvPr'), 'ph');
  if (!placeholder) return undefined;
  return { type: attribute(placeholder, 'type') ?? 'obj', index: attribute(placeholder, 'idx') };
}

const isTitle = (type: string): boolean => type === 'title' || type === 'ctrTitle';

/** The shapes of a layout or a master that placeholders of slides take after. */
export class PlaceholderShapes {
  readonly #shapes: readonly { readonly shape: XmlElement; readonly placeholder: Placeholder }[];

  constructor(part: XmlElement | undefined) {
    this.#shapes = contentOf(findBelow(part, 'spTree')).flatMap((shape) => {
      const placeholder = placeholderOf(shape);
      return placeholder ? [{ shape, placeholder }] : [];
    });
  }

  /** By index, as layouts have it, or by type, as masters have it. */
  find(wanted: Placeholder): XmlElement | undefined {
    const byIndex = this.#shapes.find(
      ({ placeholder }) => wanted.index !== undefined && placeholder.index === wanted.index,
    );
    const kind = (type: string) => (isTitle(type) ? 'title' : BODY_TYPES.has(type) ? 'body' : type);
    const byType = this.#shapes.find(({ placeholder }) => kind(placeholder.type) === kind(wanted.type));
    return (byIndex ?? byType)?.shape;
  }
}

/** Placeholders whose text is the body of a slide. */
export const BODY_TYPES: ReadonlySet<string> = new Set([
  'body', 'obj', 'subTitle', 'tbl', 'chart', 'dgm', 'media', 'clipArt', 'pic',
]); // prettier-ignore

export { isTitle as isTitleType };

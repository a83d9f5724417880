import { child, elements, type XmlElement } from '../../containers/xml.ts';
import { headingLevelOfName } from '../docx/heading-names.ts';
import { isMonospaced } from '../docx/monospace.ts';

/** What a style of text or of paragraphs says, inherited values included (OpenDocument 1.3 part 3, 16). */
export interface OdfStyle {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly strike: boolean;
  readonly hidden: boolean;
  readonly monospaced: boolean;
  /** Set by a style that is named for code. */
  readonly code: boolean;
  /** From the name of a title's or heading's style. */
  readonly headingLevel?: number;
  readonly breakBefore: boolean;
  readonly breakAfter: boolean;
  /** The master page that begins with the paragraph. */
  readonly masterPage?: string;
}

export interface ListLevel {
  readonly ordered: boolean;
  /** Empty where the level shows no number. */
  readonly format: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly start: number;
  readonly displayLevels: number;
}

export interface MasterPage {
  readonly element: XmlElement;
  readonly next: string | undefined;
  /** Points. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

const LONGEST_CHAIN = 50;
const CODE_NAME = /^(?:preformatted.?text|source.?(?:code|text)|(?:code|listing)(?:.?block)?)$/i;

/** The styles of a document: automatic ones of the content win over named ones. */
export class OdfStyles {
  readonly #styles = new Map<string, XmlElement>();
  readonly #fonts = new Map<string, string>();
  readonly #lists = new Map<string, XmlElement>();
  readonly #layouts = new Map<string, XmlElement>();
  readonly #read = new Map<string, OdfStyle>();
  readonly masterPages = new Map<string, MasterPage>();
  readonly outline: ReadonlyMap<number, ListLevel>;

  constructor(content: XmlElement, styles: XmlElement | undefined) {
    for (const root of [styles, content])
      for (const group of [child(root, 'styles'), child(root, 'automatic-styles')]) this.#collect(group);
    for (const root of [styles, content])
      for (const face of elements(child(root, 'font-face-decls')))
        this.#fonts.set(face.attributes['style:name'] ?? '', unquoted(face.attributes['svg:font-family']));
    for (const master of elements(child(styles, 'master-styles'), 'master-page'))
      this.masterPages.set(master.attributes['style:name'] ?? '', {
        element: master,
        next: master.attributes['style:next-style-name'],
        size: layoutSize(this.#layouts.get(master.attributes['style:page-layout-name'] ?? '')),
      });
    this.outline = readLevels(child(child(styles, 'styles'), 'outline-style'));
  }

  #collect(group: XmlElement | undefined): void {
    for (const style of elements(group)) {
      const name = style.attributes['style:name'] ?? '';
      if (style.name === 'style') this.#styles.set(`${style.attributes['style:family']} ${name}`, style);
      else if (style.name === 'list-style') this.#lists.set(name, style);
      else if (style.name === 'page-layout') this.#layouts.set(name, style);
    }
  }

  style(family: 'text' | 'paragraph' | 'drawing-page', name: string | undefined): OdfStyle {
    const key = `${family} ${name ?? ''}`;
    const known = this.#read.get(key);
    if (known) return known;
    const style = readStyle(this.#chain(family, name), (font) => this.#fonts.get(font) ?? font);
    this.#read.set(key, style);
    return style;
  }

  /** The levels of a list style, from 1. */
  listLevels(name: string | undefined): ReadonlyMap<number, ListLevel> {
    return readLevels(this.#lists.get(name ?? ''));
  }

  /** The list style that a paragraph style brings along. */
  listStyleOf(paragraphStyle: string | undefined): string | undefined {
    return this.#chain('paragraph', paragraphStyle)
      .map((style) => style.attributes['style:list-style-name'])
      .find((name) => name !== undefined && name !== '');
  }

  /** Whether a slide is not shown. */
  hidesSlide(name: string | undefined): boolean {
    return this.#chain('drawing-page', name).some(
      (style) => child(style, 'drawing-page-properties')?.attributes['presentation:visibility'] === 'hidden',
    );
  }

  #chain(family: string, name: string | undefined): XmlElement[] {
    const chain: XmlElement[] = [];
    for (let style = this.#styles.get(`${family} ${name}`); style && chain.length < LONGEST_CHAIN;) {
      if (chain.includes(style)) break;
      chain.push(style);
      style = this.#styles.get(`${family} ${style.attributes['style:parent-style-name']}`);
    }
    return chain;
  }
}

function readStyle(chain: readonly XmlElement[], fontOf: (name: string) => string): OdfStyle {
  const first = (part: 'text-properties' | 'paragraph-properties', name: string) =>
    chain.map((style) => child(style, part)?.attributes[name]).find((value) => value !== undefined);
  const text = (name: string) => first('text-properties', name);
  const paragraph = (name: string) => first('paragraph-properties', name);
  const names = chain
    .flatMap((style) => [style.attributes['style:name'] ?? '', style.attributes['style:display-name'] ?? ''])
    .map((name) => name.replaceAll('_20_', ' '));
  const weight = text('fo:font-weight') ?? '';
  const line = text('style:text-line-through-style') ?? text('style:text-line-through-type') ?? 'none';
  const font = text('style:font-name') ?? text('fo:font-family');
  const outline = Number(chain.map((style) => style.attributes['style:default-outline-level']).find(Boolean));
  const headingLevel =
    outline > 0 ? Math.min(6, outline) : names.map(headingLevelOfName).find((level) => level);
  const masterPage = chain[0]?.attributes['style:master-page-name'];
  return {
    bold: weight === 'bold' || Number(weight) >= 600,
    italic: /^(?:italic|oblique)$/.test(text('fo:font-style') ?? ''),
    strike: line !== 'none',
    hidden: text('text:display') === 'none',
    monospaced: isMonospaced(font === undefined ? undefined : unquoted(fontOf(font))),
    code: names.some((name) => CODE_NAME.test(name)),
    ...(headingLevel !== undefined && { headingLevel }),
    breakBefore: paragraph('fo:break-before') === 'page',
    breakAfter: paragraph('fo:break-after') === 'page',
    ...(masterPage !== undefined && masterPage !== '' && { masterPage }),
  };
}

function unquoted(name: string | undefined): string {
  return (name ?? '').split(',', 1)[0]?.replaceAll(/^['"\s]+|['"\s]+$/g, '') ?? '';
}

function readLevels(style: XmlElement | undefined): Map<number, ListLevel> {
  return new Map(
    elements(style).map((level) => {
      const format = level.attributes['style:num-format'] ?? '';
      const ordered = level.name !== 'list-level-style-bullet' && level.name !== 'list-level-style-image';
      const number = (name: string) => Number(level.attributes[name] ?? 1) || 1;
      return [
        number('text:level'),
        {
          ordered,
          format,
          prefix: level.attributes['style:num-prefix'] ?? '',
          suffix: level.attributes['style:num-suffix'] ?? '',
          start: number('text:start-value'),
          displayLevels: Math.min(10, number('text:display-levels')),
        },
      ];
    }),
  );
}

function layoutSize(layout: XmlElement | undefined): MasterPage['size'] {
  const properties = child(layout, 'page-layout-properties');
  const width = lengthInPoints(properties?.attributes['fo:page-width']);
  const height = lengthInPoints(properties?.attributes['fo:page-height']);
  return width && height && width > 0 && height > 0 ? { width, height } : undefined;
}

const POINTS: Readonly<Record<string, number>> = {
  cm: 72 / 2.54, mm: 72 / 25.4, in: 72, pt: 1, pc: 12, px: 0.75,
}; // prettier-ignore

/** A length such as `2.54cm` in points. */
export function lengthInPoints(text: string | undefined): number | undefined {
  const [, value, unit] = /^(-?\d*\.?\d+)(cm|mm|in|pt|pc|px)$/.exec(text ?? '') ?? [];
  return value === undefined || unit === undefined ? undefined : Number(value) * (POINTS[unit] ?? 1);
}

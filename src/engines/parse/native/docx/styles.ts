import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import { isOn } from '../ooxml/package.ts';
import { headingLevelOfName } from './heading-names.ts';
import { wholeNumber, type NumberingReference } from './numbering.ts';

/** How a run looks; undefined where neither it nor its style says. */
export interface RunLook {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly hidden?: boolean;
  readonly code?: boolean;
  readonly font?: string;
}

/** What a paragraph's style says of it, inherited values included. */
export interface ParagraphStyle {
  /** 1 to 6. */
  readonly headingLevel?: number;
  readonly numbering?: NumberingReference;
  readonly code: boolean;
  readonly pageBreakBefore: boolean;
  readonly look: RunLook;
}

const PLAIN: ParagraphStyle = { code: false, pageBreakBefore: false, look: {} };
/** Styles inherit from each other; a longer chain goes round in a circle. */
const LONGEST_CHAIN = 50;

/** Code has styles of many names; names that only mention it, like `Source Reference`, are not meant. */
const CODE_NAME =
  /^(?:(?:source|program|inline|verbatim|sample|block|html)?[ _-]*(?:code|verbatim|preformatted|listing)(?:[ _-]*(?:block|char|text|char char|snippet|example|sample|body|inline|\d))*|html (?:code|preformatted|sample|keyboard|typewriter)|preformatted text|source ?code.*char|macro|macro text)$/i;

/** The styles of a document (`styles.xml`, ECMA-376 part 1, 17.7). Without the part, every style is plain. */
export class StyleSheet {
  readonly #styles = new Map<string, XmlElement>();
  readonly #defaultParagraph: string | undefined;
  readonly #paragraphs = new Map<string, ParagraphStyle>();
  readonly #runs = new Map<string, RunLook>();

  constructor(part: XmlElement | undefined) {
    let normal: string | undefined;
    for (const style of elements(part, 'style')) {
      const id = attribute(style, 'styleId');
      if (id === undefined) continue;
      this.#styles.set(id, style);
      const isDefault = /^(?:1|true|on)$/i.test(attribute(style, 'default') ?? '');
      if (isDefault && attribute(style, 'type') === 'paragraph') normal = id;
    }
    this.#defaultParagraph = normal;
  }

  /** @param id the paragraph's `pStyle`; without one the default style holds */
  paragraph(id: string | undefined): ParagraphStyle {
    const key = id ?? this.#defaultParagraph ?? '';
    const known = this.#paragraphs.get(key);
    if (known) return known;
    const style = this.#readParagraph(key, id);
    this.#paragraphs.set(key, style);
    return style;
  }

  /** @param id the run's `rStyle` */
  run(id: string | undefined): RunLook {
    if (id === undefined) return {};
    const known = this.#runs.get(id);
    if (known) return known;
    const chain = this.#chain(id);
    const look = mergeLooks(chain.map((style) => lookOf(child(style, 'rPr'))).toReversed());
    const code = look.code ?? chain.some((style) => CODE_NAME.test(nameOf(style)));
    const merged = { ...look, ...(code && { code }) };
    this.#runs.set(id, merged);
    return merged;
  }

  /** The numbering that a numbering style refers to. */
  numberingOf(style: string): string | undefined {
    return attribute(child(child(child(this.#styles.get(style), 'pPr'), 'numPr'), 'numId'), 'val');
  }

  /** Whether a table style sets the first row apart. */
  marksFirstRow(style: string | undefined): boolean {
    return this.#chain(style ?? '').some((one) =>
      elements(one, 'tblStylePr').some((part) => attribute(part, 'type') === 'firstRow'),
    );
  }

  #readParagraph(key: string, id: string | undefined): ParagraphStyle {
    const chain = this.#chain(key);
    // A style that the document does not define may still be one that everybody knows by its identifier.
    if (chain.length === 0) {
      const level = id === undefined ? undefined : headingLevelOfName(id);
      return level === undefined ? PLAIN : { ...PLAIN, headingLevel: level };
    }
    const headingLevel = headingLevelOf(chain);
    const numbering = numberingOf(chain);
    return {
      ...(headingLevel !== undefined && { headingLevel }),
      ...(numbering && { numbering }),
      code: chain.some((style) => CODE_NAME.test(nameOf(style))),
      pageBreakBefore: isOn(
        chain
          .map((style) => child(child(style, 'pPr'), 'pageBreakBefore'))
          .find((flag) => flag !== undefined),
      ),
      look: mergeLooks(chain.map((style) => lookOf(child(style, 'rPr'))).toReversed()),
    };
  }

  /** The style and those it is based on, nearest first. */
  #chain(id: string): XmlElement[] {
    const chain: XmlElement[] = [];
    for (let style = this.#styles.get(id); style && chain.length < LONGEST_CHAIN;) {
      if (chain.includes(style)) break;
      chain.push(style);
      style = this.#styles.get(attribute(child(style, 'basedOn'), 'val') ?? '');
    }
    return chain;
  }
}

function nameOf(style: XmlElement): string {
  return attribute(child(style, 'name'), 'val') ?? '';
}

/** A level of 9 says that the paragraph is body text, even if the style is based on a heading (17.3.1.20). */
function headingLevelOf(chain: readonly XmlElement[]): number | undefined {
  for (const style of chain) {
    const outline = wholeNumber(attribute(child(child(style, 'pPr'), 'outlineLvl'), 'val'));
    if (outline !== undefined && outline >= 9) return undefined;
    const named = headingLevelOfName(nameOf(style)) ?? headingLevelOfName(attribute(style, 'styleId') ?? '');
    if (named !== undefined) return named;
    if (outline !== undefined) return Math.min(6, outline + 1);
  }
  return undefined;
}

function numberingOf(chain: readonly XmlElement[]): NumberingReference | undefined {
  let level: number | undefined;
  for (const style of chain) {
    const reference = child(child(style, 'pPr'), 'numPr');
    level ??= wholeNumber(attribute(child(reference, 'ilvl'), 'val'));
    const numId = attribute(child(reference, 'numId'), 'val');
    if (numId !== undefined)
      return numId === '0' ? undefined : { numId, ...(level !== undefined && { level }) };
  }
  return undefined;
}

/** What a run's own properties say (17.3.2). */
export function lookOf(properties: XmlElement | undefined): RunLook {
  if (!properties) return {};
  const flag = (name: string): boolean | undefined => {
    const element = child(properties, name);
    return element ? isOn(element) : undefined;
  };
  const bold = flag('b');
  const italic = flag('i');
  const strike = flag('strike') ?? flag('dstrike');
  const hidden = flag('vanish');
  const fonts = child(properties, 'rFonts');
  const font = attribute(fonts, 'ascii') ?? attribute(fonts, 'hAnsi');
  return {
    ...(bold !== undefined && { bold }),
    ...(italic !== undefined && { italic }),
    ...(strike !== undefined && { strike }),
    ...(hidden !== undefined && { hidden }),
    ...(font !== undefined && { font }),
  };
}

/** Later looks win. */
export function mergeLooks(looks: readonly RunLook[]): RunLook {
  return Object.assign({}, ...looks) as RunLook;
}

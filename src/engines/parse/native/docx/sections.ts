import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import type { Inline } from '../../items/flow.ts';
import { linesOf } from '../block-lines.ts';
import { isOn, relationshipId } from '../ooxml/package.ts';
import type { DocxContext } from './context.ts';
import { FieldStack } from './fields.ts';
import type { NotePart } from './notes.ts';
import { wholeNumber } from './numbering.ts';

/** The section properties of a document in order (ECMA-376 part 1, 17.6); a document without any has one that says nothing. */
export function sectionsOf(body: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  const walk = (parent: XmlElement): void => {
    for (const node of elements(parent)) {
      if (node.name === 'p') found.push(...elements(child(node, 'pPr'), 'sectPr'));
      else if (/^(?:sdt|sdtContent|customXml|ins|moveTo)$/.test(node.name)) walk(node);
    }
  };
  walk(body);
  const last = child(body, 'sectPr') ?? { name: 'sectPr', prefix: '', attributes: {}, children: [] };
  return [...found, last];
}

const TWIPS_PER_POINT = 20;

/** A section's page size in points; undefined when it does not say or makes no sense. */
export function pageSize(section: XmlElement | undefined): { width: number; height: number } | undefined {
  const size = child(section, 'pgSz');
  const [width, height] = [attribute(size, 'w'), attribute(size, 'h')].map(
    (text) => Number(text) / TWIPS_PER_POINT,
  );
  return width && height && width > 0 && height > 0 && width < 32_000 && height < 32_000
    ? { width, height }
    : undefined;
}

type Band = 'header' | 'footer';
type Kind = 'default' | 'first' | 'even';

/** Chooses and reads running headers and footers (17.10). */
export class RunningBands {
  readonly #sections: readonly XmlElement[];
  readonly #parts: ReadonlyMap<string, NotePart>;
  readonly #context: DocxContext;
  readonly #evenAndOdd: boolean;

  /** @param parts the header and footer parts by relationship */
  constructor(
    sections: readonly XmlElement[],
    parts: ReadonlyMap<string, NotePart>,
    settings: XmlElement | undefined,
    context: DocxContext,
  ) {
    this.#sections = sections;
    this.#parts = parts;
    this.#context = context;
    this.#evenAndOdd = isOn(child(settings, 'evenAndOddHeaders'));
  }

  /** @param page.first whether it is the first page of its section @param page.number its number as printed */
  read(
    band: Band,
    page: { section: number; first: boolean; number: number; pages: number },
  ): Inline | undefined {
    const titlePage = isOn(child(this.#sections[page.section], 'titlePg'));
    const kind: Kind =
      page.first && titlePage ? 'first' : this.#evenAndOdd && page.number % 2 === 0 ? 'even' : 'default';
    const part = this.#partOf(band, kind, page.section);
    if (!part?.root) return undefined;
    const numbers = { page: page.number, pages: page.pages };
    const content = linesOf(
      this.#context.readBlocks(part.root, {
        ...this.#context,
        relationships: part.relationships,
        graphics: part.graphics,
        fields: new FieldStack(numbers),
        numbers,
      }),
    );
    return content.text === '' ? undefined : content;
  }

  /** A section without a band of a kind has that of the section before. */
  #partOf(band: Band, kind: Kind, section: number): NotePart | undefined {
    for (let index = section; index >= 0; index -= 1) {
      const reference = elements(this.#sections[index], `${band}Reference`).find(
        (one) => (attribute(one, 'type') ?? 'default') === kind,
      );
      if (reference) return this.#parts.get(relationshipId(reference) ?? '');
    }
    return undefined;
  }
}

/** The number at which a section begins to count its pages; undefined when it goes on. */
export function pageNumberStart(section: XmlElement | undefined): number | undefined {
  return wholeNumber(attribute(child(section, 'pgNumType'), 'start'));
}

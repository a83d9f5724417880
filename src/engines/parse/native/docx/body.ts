import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { FlowCollector, type CollectedPage } from '../flow-collector.ts';
import { contentOf } from '../ooxml/alternate-content.ts';
import { relationshipId } from '../ooxml/package.ts';
import type { DocxContext } from './context.ts';
import type { Note } from './notes.ts';
import { addParagraph, type OpenParagraph } from './paragraphs.ts';
import { readTable } from './tables.ts';
import { isRemoved } from './tracked-changes.ts';

/** Content of a cell, text box or note, where pages do not count. */
export function readBlocks(parent: XmlElement, context: DocxContext): FlowBlock[] {
  const walk = new BodyWalk(context, []);
  walk.content(parent);
  return walk.collector.blocks();
}

/**
 * The document's pages: they end at page breaks, at sections that begin on a new page, and where Word noted, when the
 * document was last saved, that a page ended. A paragraph stands on the page where it begins.
 */
export function readPages(
  body: XmlElement,
  sections: readonly XmlElement[],
  context: DocxContext,
): readonly CollectedPage<Note>[] {
  const walk = new BodyWalk(context, sections);
  walk.content(body);
  return walk.collector.pages();
}

class BodyWalk {
  readonly collector = new FlowCollector<Note>();
  readonly #context: DocxContext;
  readonly #sections: readonly XmlElement[];
  readonly #pages: boolean;
  #section = 0;
  /** A paragraph whose end was deleted. */
  #open: OpenParagraph | undefined;

  constructor(context: DocxContext, sections: readonly XmlElement[]) {
    this.#context = context;
    this.#sections = sections;
    this.#pages = sections.length > 0;
  }

  content(parent: XmlElement): void {
    for (const node of contentOf(parent)) {
      if (isRemoved(node) || node.name.startsWith('comment')) {
        this.#revise(node);
        continue;
      }
      switch (node.name) {
        case 'p':
          this.#paragraph(node);
          break;
        case 'tbl':
          this.#table(node);
          break;
        case 'sdt':
          for (const inner of elements(node, 'sdtContent')) this.content(inner);
          break;
        case 'altChunk':
          this.#import(node);
          break;
        case 'ins':
        case 'moveTo':
          this.#within(node);
          break;
        case 'customXml':
        case 'smartTag':
          this.content(node);
          break;
      }
    }
  }

  /** What is no web page is not read. */
  #import(node: XmlElement): void {
    const { relationships, imported, warn } = this.#context;
    const blocks = imported.get(relationships.get(relationshipId(node) ?? '')?.target ?? '');
    if (blocks) this.collector.add(...blocks);
    else
      warn(
        'The document imports another file as part of its text (altChunk); that part is not read. Open and save it in Word first.',
      );
  }

  #paragraph(node: XmlElement): void {
    this.#open = addParagraph(node, this.#context, {
      collector: this.collector,
      pages: this.#pages,
      before: this.#open,
    });
    this.#revise(node);
    this.#placeNotes();
    if (this.#pages && child(child(node, 'pPr'), 'sectPr')) this.#endSection();
  }

  #endSection(): void {
    this.#section += 1;
    const next = this.#sections[this.#section];
    const type = attribute(child(next, 'type'), 'val') ?? 'nextPage';
    if (type !== 'continuous' && type !== 'nextColumn') this.collector.breakPage({ ifUsed: true });
    this.collector.beginSection(this.#section);
  }

  #table(node: XmlElement): void {
    const parts = readTable(node, this.#context);
    const starts = parts.slice(1).flatMap(({ firstRow }) => firstRow ?? []);
    const revisions = this.#pages ? this.#context.revisions?.readInParts(node, starts) : undefined;
    for (const [index, part] of parts.entries()) {
      if (this.#pages && part.startsPage) this.collector.breakPage({ ifUsed: true });
      this.collector.add(...part.blocks);
      this.collector.addRevisions(revisions?.[index] ?? []);
      this.#placeNotes();
    }
  }

  /** Blocks that were put in or moved here as a whole. */
  #within(node: XmlElement): void {
    const { revisions } = this.#context;
    if (revisions && this.#pages) revisions.within(node, () => this.content(node));
    else this.content(node);
  }

  /** Revisions of cells and text boxes are read with what is around them. */
  #revise(node: XmlElement): void {
    const { revisions } = this.#context;
    if (revisions && this.#pages) this.collector.addRevisions(revisions.read(node));
  }

  /** Notes of cells and text boxes are placed by the page around them. */
  #placeNotes(): void {
    if (this.#pages) this.collector.addNotes(this.#context.metNotes.splice(0));
  }
}

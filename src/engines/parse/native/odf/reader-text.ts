import { child, type XmlElement } from '../../containers/xml.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowPage, Inline } from '../../items/flow.ts';
import type { DocumentReader, ReaderInput } from '../../reader.ts';
import { linesOf } from '../block-lines.ts';
import { FlowCollector, type CollectedPage } from '../flow-collector.ts';
import { illustratedDocument } from '../flow-document.ts';
import { addBlocks, odfNoteBlock, readOdfBlocks } from './blocks.ts';
import type { OdfContext, OdfNote } from './context.ts';
import { ListCounters } from './list-counters.ts';
import { openOdf, type OdfPackage } from './package.ts';
import { OdfRevisionReader } from './revisions.ts';
import { OdfStyles, type MasterPage } from './styles.ts';

/** Reads text documents of OpenDocument. Pages end where the document says so and where it was last laid out so. */
export const openOdt: DocumentReader = async (input) => {
  const pack = await openOdf(input.path, input.warn);
  const text = child(child(pack.content, 'body'), 'text');
  if (!text) throw withoutBody('text');
  const context: OdfContext = {
    ...odfContext(pack, input),
    ...(input.options.annotateRevisions && { revisions: new OdfRevisionReader(text) }),
  };
  const collector = new FlowCollector<OdfNote>();
  const masters: string[] = ['Standard'];
  addBlocks(text, {
    context,
    collector,
    onMasterPage: (name) => collector.beginSection(masters.push(name) - 1),
  });
  const document = illustratedDocument(finishPages(collector.pages(), masters, context), input);
  return { ...document, offers: [...(document.offers ?? []), 'revisions'] };
};

export function odfContext(pack: OdfPackage, input: ReaderInput): OdfContext {
  return {
    styles: new OdfStyles(pack.content, pack.styles),
    lists: new ListCounters(),
    objects: pack.objects,
    names: pack.names,
    annotateLinks: input.options.annotateLinks,
    skipChartData: false,
    metNotes: [],
    readBlocks: readOdfBlocks,
    warn: input.warn,
  };
}

export function withoutBody(kind: string): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_IS_BROKEN',
    `The document's content.xml has no ${kind} in it. Save it again and upload the new file.`,
  );
}

function finishPages(
  pages: readonly CollectedPage<OdfNote>[],
  masters: readonly string[],
  context: OdfContext,
): Omit<FlowPage, 'pageNumber'>[] {
  const endnotes: OdfNote[] = [];
  return pages.map(({ blocks, section, notes, revisions }, index) => {
    const first = index === 0 || pages[index - 1]?.section !== section;
    const master = masterOf(masters[section] ?? '', first, context);
    endnotes.push(...notes.filter((note) => note.kind === 'endnote'));
    const below = notes.filter((note) => note.kind === 'footnote');
    if (index === pages.length - 1) below.push(...endnotes);
    const numbers = { page: index + 1, pages: pages.length };
    const header = runningBand('header', master, first, { ...context, numbers });
    const footer = runningBand('footer', master, first, { ...context, numbers });
    return {
      blocks: [...blocks, ...below.map((note) => odfNoteBlock(note, context))],
      ...master?.size,
      ...(header && { header }),
      ...(footer && { footer }),
      ...(context.revisions && { revisions }),
    };
  });
}

/** A master page holds for one page when it names the one that follows it (OpenDocument 1.3 part 3, 19.497). */
function masterOf(name: string, first: boolean, { styles }: OdfContext): MasterPage | undefined {
  const master = styles.masterPages.get(name) ?? styles.masterPages.values().next().value;
  const next = first ? undefined : styles.masterPages.get(master?.next ?? '');
  return next ?? master;
}

function runningBand(
  band: 'header' | 'footer',
  master: MasterPage | undefined,
  first: boolean,
  context: OdfContext & { readonly numbers: { readonly page: number } },
): Inline | undefined {
  const own: XmlElement | undefined =
    (first ? child(master?.element, `${band}-first`) : undefined) ??
    (context.numbers.page % 2 === 0 ? child(master?.element, `${band}-left`) : undefined) ??
    child(master?.element, band);
  if (!own || own.attributes['style:display'] === 'false') return undefined;
  const content = linesOf(readOdfBlocks(own, context));
  return content.text === '' ? undefined : content;
}

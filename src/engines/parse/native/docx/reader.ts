import type { Revision } from '../../../../model/document.ts';
import { child, type XmlElement } from '../../containers/xml.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock, FlowPage } from '../../items/flow.ts';
import type { DocumentReader, ReaderInput } from '../../reader.ts';
import { linesOf } from '../block-lines.ts';
import type { CollectedPage } from '../flow-collector.ts';
import { flowDocument } from '../flow-document.ts';
import { readGraphics } from '../ooxml/graphic.ts';
import { firstOfType, OoxmlPackage, type Relationships } from '../ooxml/package.ts';
import { pictureFinder } from '../ooxml/pictures.ts';
import { readBlocks, readPages } from './body.ts';
import type { DocxContext } from './context.ts';
import { FieldStack } from './fields.ts';
import { readImportedParts } from './imported-parts.ts';
import { NoteRegister, type Note, type NotePart } from './notes.ts';
import { NumberingCounters } from './numbering.ts';
import { RevisionReader } from './revisions.ts';
import { pageNumberStart, pageSize, RunningBands, sectionsOf } from './sections.ts';
import { StyleSheet } from './styles.ts';

/** Reads Word documents (ECMA-376 part 1, 17; transitional and strict, with and without macros, which are never run). */
export const openDocx: DocumentReader = async (input) => {
  const pack = await OoxmlPackage.open(input.path, input.warn);
  try {
    return { ...flowDocument(await readDocument(pack, input), input), offers: ['embedded', 'revisions'] };
  } finally {
    await pack.close();
  }
};

async function readDocument(pack: OoxmlPackage, input: ReaderInput): Promise<Omit<FlowPage, 'pageNumber'>[]> {
  const { root, relationships } = await pack.main('word/document.xml');
  const body = child(root, 'body');
  if (!body)
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      "The document's main part has no body. Save it again in Word and upload the new file.",
    );
  const context = await readContext(pack, relationships, input);
  const sections = sectionsOf(body);
  const pages = readPages(body, sections, context);
  const bandParts = new Map<string, NotePart>();
  for (const [id, { type, target, external }] of relationships)
    if (!external && (type === 'header' || type === 'footer'))
      bandParts.set(id, await loadPart(pack, target));
  const settings = firstOfType(relationships, 'settings');
  const bands = new RunningBands(
    sections,
    bandParts,
    settings && (await pack.part(settings.target)),
    context,
  );
  return finishPages(pages, sections, bands, context);
}

async function readContext(
  pack: OoxmlPackage,
  relationships: Relationships,
  input: ReaderInput,
): Promise<DocxContext> {
  const load = async (type: string): Promise<NotePart | undefined> => {
    const target = firstOfType(relationships, type)?.target;
    return target === undefined ? undefined : loadPart(pack, target);
  };
  const styles = new StyleSheet((await load('styles'))?.root);
  const numbering = (await load('numbering'))?.root;
  const warned = new Set<string>();
  return {
    styles,
    counters: new NumberingCounters(numbering, (style) => styles.numberingOf(style)),
    notes: new NoteRegister(await load('footnotes'), await load('endnotes')),
    annotateLinks: input.options.annotateLinks,
    relationships,
    graphics: await readGraphics(pack, relationships, { skipChartData: false }),
    imported: await readImportedParts(pack, relationships, input.options),
    fields: new FieldStack(),
    metNotes: [],
    ...(input.options.annotateRevisions && {
      revisions: new RevisionReader((await load('comments'))?.root),
    }),
    picture: pictureFinder(pack),
    readBlocks,
    warn: (sentence) => {
      if (!warned.has(sentence)) input.warn(sentence);
      warned.add(sentence);
    },
  };
}

async function loadPart(pack: OoxmlPackage, name: string): Promise<NotePart> {
  const relationships = await pack.relationships(name);
  return {
    root: await pack.part(name),
    relationships,
    graphics: await readGraphics(pack, relationships, { skipChartData: false }),
  };
}

/** Adds to each page its size, its running bands, and the notes that its text refers to; endnotes stand on the last. */
function finishPages(
  pages: readonly CollectedPage<Note>[],
  sections: readonly XmlElement[],
  bands: RunningBands,
  context: DocxContext,
): Omit<FlowPage, 'pageNumber'>[] {
  const endnotes: Note[] = [];
  let number = 0;
  return pages.map(({ blocks, section, notes, revisions }, index) => {
    const first = index === 0 || pages[index - 1]?.section !== section;
    number = (first ? pageNumberStart(sections[section]) : undefined) ?? number + 1;
    endnotes.push(...notes.filter((note) => note.kind === 'endnote'));
    const shown = notes.filter((note) => note.kind === 'footnote');
    const below = index === pages.length - 1 ? [...shown, ...endnotes] : shown;
    const place = { section, first, number, pages: pages.length };
    const header = bands.read('header', place);
    const footer = bands.read('footer', place);
    return {
      blocks: [...blocks, ...below.map((note) => noteBlock(note, context))],
      ...pageSize(sections[section]),
      ...(header && { header }),
      ...(footer && { footer }),
      ...(context.revisions && { revisions: [...revisions, ...revisionsOf(below, context.revisions)] }),
    };
  });
}

function revisionsOf(notes: readonly Note[], reader: RevisionReader): Revision[] {
  return notes.flatMap((note) => reader.read(note.element));
}

function noteBlock({ mark, element, part }: Note, context: DocxContext): FlowBlock {
  const { relationships, graphics } = part;
  const fields = new FieldStack();
  const content = linesOf(readBlocks(element, { ...context, relationships, graphics, fields, metNotes: [] }));
  return {
    kind: 'paragraph',
    content: { ...content, text: `[${mark}] ${content.text}`, md: `[^${mark}]: ${content.md}` },
  };
}

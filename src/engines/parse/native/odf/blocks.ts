import { elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, Inline } from '../../items/flow.ts';
import { onOneLine } from '../../items/markup.ts';
import { inlineOf } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { FlowCollector } from '../flow-collector.ts';
import type { OdfContext, OdfNote } from './context.ts';
import { headingLevel } from './heading-level.ts';
import type { OdfPlace } from './place.ts';
import { drawingBlocks, isDrawing } from './frames.ts';
import { addList } from './lists.ts';
import { paragraphRuns } from './runs.ts';
import { odfTable } from './tables.ts';

/** Content of a cell, frame or note. */
export function readOdfBlocks(parent: XmlElement, context: OdfContext): FlowBlock[] {
  const collector = new FlowCollector<OdfNote>();
  addBlocks(parent, { context, collector });
  return collector.blocks();
}

/** Changes that were tracked keep what they removed apart; forms and declarations are no text. */
const NOT_CONTENT = new Set([
  'tracked-changes',
  'forms',
  'annotation',
  'enhanced-geometry',
  'glue-point',
  'desc',
  'title',
]);

/** Blocks whose revisions are read with them; those inside others come one by one. */
const REVISED = new Set(['p', 'h', 'list', 'table', 'change', 'change-start', 'change-end']);

export function addBlocks(parent: XmlElement, place: OdfPlace): void {
  for (const node of elements(parent)) {
    if (NOT_CONTENT.has(node.name) || node.name.endsWith('-decls')) continue;
    addBlock(node, place);
    if (!place.onMasterPage) continue;
    place.collector.addNotes(place.context.metNotes.splice(0));
    const { revisions } = place.context;
    if (revisions && REVISED.has(node.name)) place.collector.addRevisions(revisions.read(node));
  }
}

export function addBlock(node: XmlElement, place: OdfPlace): void {
  const { context, collector, onMasterPage } = place;
  switch (node.name) {
    case 'p':
    case 'h':
      return addParagraph(node, place);
    case 'list':
      return addList(node, place, addBlock);
    case 'table':
      return collector.add(...odfTable(node, context));
    case 'soft-page-break':
      if (onMasterPage) collector.breakPage({ ifUsed: true });
      return;
    case 'section':
      if (node.attributes['text:display'] !== 'none') addBlocks(node, place);
      return;
    default:
      if (isDrawing(node)) return collector.add(...drawingBlocks(node, context));
      // Sources of indexes say how they are made; their bodies are what is shown.
      if (!node.name.endsWith('-source')) addBlocks(node, place);
  }
}

function addParagraph(node: XmlElement, place: OdfPlace): void {
  const { context, collector, onMasterPage } = place;
  const style = context.styles.style('paragraph', node.attributes['text:style-name']);
  if (onMasterPage && (style.breakBefore || style.masterPage !== undefined)) {
    collector.breakPage({ ifUsed: true });
    if (style.masterPage !== undefined) onMasterPage(style.masterPage);
  }
  const { runs, blocks, pageEnded, monospaced } = paragraphRuns(node, context);
  const level = headingLevel(node, context);
  if (level !== undefined) {
    const label = node.name === 'h' ? context.lists.heading(level, context.styles.outline) : '';
    const content = inlineOf(
      runs.map((run) => ({ ...run, bold: false })),
      context,
    );
    if (content.text !== '') collector.add({ kind: 'heading', level, content: headingLine(content, label) });
  } else {
    const content = inlineOf(runs, context);
    const text = runs
      .map((run) => run.text)
      .join('')
      .trimEnd();
    if (content.text !== '' && (style.code || monospaced))
      collector.addCode({ text, otherwise: content, certain: style.code });
    else if (content.text !== '') collector.add({ kind: 'paragraph', content });
  }
  collector.add(...blocks);
  if (onMasterPage && (pageEnded || style.breakAfter)) collector.breakPage({ ifUsed: true });
}

function headingLine(content: Inline, label: string): Inline {
  const before = label === '' ? '' : `${label} `;
  const line = (text: string) => before + onOneLine(text);
  return { ...content, text: line(content.text), md: line(content.md) };
}

/** A note as the paragraph at the foot of its page. */
export function odfNoteBlock({ mark, body }: OdfNote, context: OdfContext): FlowBlock {
  const content = linesOf(readOdfBlocks(body, { ...context, metNotes: [] }));
  return {
    kind: 'paragraph',
    content: { ...content, text: `[${mark}] ${content.text}`, md: `[^${mark}]: ${content.md}` },
  };
}

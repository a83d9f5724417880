import { attribute, child, type XmlElement } from '../../containers/xml.ts';
import type { Inline } from '../../items/flow.ts';
import { onOneLine } from '../../items/markup.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import type { FlowCollector } from '../flow-collector.ts';
import { isOn } from '../ooxml/package.ts';
import type { DocxContext } from './context.ts';
import type { Note } from './notes.ts';
import { wholeNumber, type NumberMark } from './numbering.ts';
import { paragraphContent, type ParagraphPiece } from './paragraph-content.ts';
import type { ParagraphStyle } from './styles.ts';
import { runsOn } from './tracked-changes.ts';

/** Runs of a paragraph that goes on in the next one. */
export interface OpenParagraph {
  readonly runs: readonly Run[];
}

export interface ParagraphPlace {
  readonly collector: FlowCollector<Note>;
  /** Whether pages count here. */
  readonly pages: boolean;
  readonly before: OpenParagraph | undefined;
}

/** Reads a paragraph into its place. @returns the paragraph when its end was deleted, for the next one to go on with */
export function addParagraph(
  paragraph: XmlElement,
  context: DocxContext,
  place: ParagraphPlace,
): OpenParagraph | undefined {
  const { collector } = place;
  const properties = child(paragraph, 'pPr');
  const styleId = attribute(child(properties, 'pStyle'), 'val');
  const style = context.styles.paragraph(styleId);
  const content = paragraphContent(paragraph, context, style.look);
  const breakBefore = child(properties, 'pageBreakBefore');
  const startsPage = breakBefore ? isOn(breakBefore) : style.pageBreakBefore;
  if (place.pages && (startsPage || content.pageEnded === 'before')) collector.breakPage({ ifUsed: true });
  const [first, ...rest] = content.pieces;
  const runs = [...(place.before?.runs ?? []), ...(first?.runs ?? [])];
  if (runsOn(properties) && rest.length === 0) {
    if (first) collector.add(...first.blocks);
    return { runs };
  }
  const pieces: readonly ParagraphPiece[] = [{ runs, blocks: first?.blocks ?? [] }, ...rest];
  addPieces(pieces, { properties, style, styleId, monospaced: content.monospaced }, context, place);
  if (place.pages && content.pageEnded === 'inside') collector.breakPage({ ifUsed: true });
  return undefined;
}

interface ParagraphLook {
  readonly properties: XmlElement | undefined;
  readonly style: ParagraphStyle;
  readonly styleId: string | undefined;
  readonly monospaced: boolean;
}

function addPieces(
  pieces: readonly ParagraphPiece[],
  look: ParagraphLook,
  context: DocxContext,
  { collector, pages }: ParagraphPlace,
): void {
  const level = headingLevel(look);
  // A heading is bold by nature; marking it again would only disturb.
  const inline = (runs: readonly Run[]) =>
    inlineOf(level === undefined ? runs : runs.map((run) => ({ ...run, bold: false })), context);
  let mark: NumberMark | undefined;
  let counted = false;
  for (const [index, { runs, blocks }] of pieces.entries()) {
    if (index > 0 && pages) collector.breakPage({ ifUsed: false });
    const content = inline(runs);
    // An empty paragraph shows its number, and counts; an empty piece beside a page break does not.
    if (!counted && (content.text !== '' || pieces.length === 1)) {
      mark = numberMark(look, context);
      counted = true;
    } else mark = undefined;
    if (content.text !== '') addContent(content, { ...look, level, mark }, collector, runs);
    collector.add(...blocks);
  }
}

function addContent(
  content: Inline,
  {
    level,
    mark,
    style,
    monospaced,
  }: ParagraphLook & { level: number | undefined; mark: NumberMark | undefined },
  collector: FlowCollector<Note>,
  runs: readonly Run[],
): void {
  if (level !== undefined)
    collector.add({ kind: 'heading', level, content: oneLine(labelled(content, mark?.label ?? '')) });
  else if (mark && !(mark.isBlank === true && (style.code || monospaced)))
    addNumbered(content, mark, collector);
  else if (style.code || monospaced)
    collector.addCode({
      text: runs
        .map((run) => run.text)
        .join('')
        .trimEnd(),
      otherwise: withoutCode(content),
      certain: style.code,
    });
  else if (CHECK_BOX.test(content.text))
    collector.addEntry({ content: taskEntry(content), level: 0, ordered: false });
  else collector.add({ kind: 'paragraph', content });
}

const CHECK_BOX = /^[☐☑☒]\s*\S/u;

/** A line that begins with a check box is an entry of a list of tasks. */
function taskEntry(content: Inline): Inline {
  const md = content.md.replace(/^[*~]*([☐☑☒])[*~]*\s*/u, (_, box: string) =>
    box === '☐' ? '[ ] ' : '[x] ',
  );
  return { ...content, md };
}

/** Prose set in letters of one width is no code. */
function withoutCode(content: Inline): Inline {
  return { ...content, md: content.md.replaceAll(/^`+|`+$/g, '') };
}

/** Labels of several levels (`4.2`) say more than a list's own number, and words (`Article 3`) are no list at all. */
function addNumbered(content: Inline, mark: NumberMark, collector: FlowCollector<Note>): void {
  const { level, ordered, value, label, parts } = mark;
  if (mark.isBlank === true) return collector.continueEntry(content);
  if (!ordered) return collector.addEntry({ content, level, ordered });
  if (label === '') return collector.add({ kind: 'paragraph', content });
  if (parts === 0 || /\p{L}{2}/u.test(label.replaceAll(/\b[ivxlcdm]+\b|\b([a-z])\1+\b/gi, '')))
    return collector.add({ kind: 'paragraph', content: labelled(content, label) });
  if (parts > 1) return collector.addEntry({ content: labelled(content, label), level, ordered: false });
  collector.addEntry({ content, level, ordered, number: value, ...(label !== `${value}.` && { label }) });
}

function labelled(content: Inline, label: string): Inline {
  if (label === '') return content;
  return { ...content, text: `${label} ${content.text}`, md: `${label} ${content.md}` };
}

function oneLine(content: Inline): Inline {
  return {
    ...content,
    text: onOneLine(content.text),
    md: onOneLine(content.md),
  };
}

function headingLevel({ properties, style }: ParagraphLook): number | undefined {
  const outline = wholeNumber(attribute(child(properties, 'outlineLvl'), 'val'));
  if (outline === undefined) return style.headingLevel;
  return outline >= 9 ? undefined : (style.headingLevel ?? Math.min(6, outline + 1));
}

/** The paragraph's own numbering, or its style's (ECMA-376 part 1, 17.9). A numbering of 0 takes the style's away. */
function numberMark(look: ParagraphLook, context: DocxContext): NumberMark | undefined {
  const own = child(look.properties, 'numPr');
  const inherited = look.style.numbering;
  const numId = attribute(child(own, 'numId'), 'val') ?? inherited?.numId;
  if (numId === undefined || numId === '0') return undefined;
  const level =
    wholeNumber(attribute(child(own, 'ilvl'), 'val')) ??
    inherited?.level ??
    context.counters.levelOfStyle(numId, look.styleId);
  return context.counters.advance(numId, level);
}

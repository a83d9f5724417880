import type { FlowBlock, FlowList, FlowListEntry, Inline } from '../../items/flow.ts';
import { inlineOf, plainInline } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { nestLists, type LevelledEntry } from '../nest-lists.ts';
import { attributeOf, bodyInstead, isElement, isText, textContent, type Element, type Node } from './dom.ts';
import { runsOf } from './inline.ts';
import { drawnPictures, figureOf, standingAlone } from './pictures.ts';
import { tableBlocks } from './tables.ts';
import { isLeftOut, type HtmlContext } from './visibility.ts';
import { wordHeadingLevel, wordListMark, wordListPlace } from './word-lists.ts';

/** Elements that begin a block of their own. */
const BLOCKS = new Set([
  'address', 'article', 'aside', 'blockquote', 'body', 'caption', 'center', 'dd', 'details', 'dialog', 'dir', 'div',
  'dl', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header',
  'hgroup', 'hr', 'legend', 'li', 'main', 'menu', 'nav', 'noframes', 'ol', 'optgroup', 'p', 'pre', 'search', 'section', 'summary',
  'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'ul',
]); // prettier-ignore

/** Deeper nesting is read as one text. */
const DEEPEST = 256;

/** The blocks of some content, in order. Text between blocks is a paragraph. */
export function blocksOf(nodes: readonly Node[], context: HtmlContext, depth = 0): FlowBlock[] {
  const blocks: FlowBlock[] = [];
  let loose: Node[] = [];
  let levelled: LevelledEntry[] = [];
  const add = (added: readonly FlowBlock[]) => {
    // One by one: a call takes only so many arguments, and a page may have more blocks.
    if (added.length > 0) for (const list of nestLists(levelled)) blocks.push(list);
    if (added.length > 0) levelled = [];
    for (const block of added) blocks.push(block);
  };
  const endParagraph = () => {
    const content = inline(loose, context);
    loose = [];
    const alone = standingAlone(content.text, content.pictures ?? []);
    if (alone) add(alone);
    else if (content.text !== '') add([{ kind: 'paragraph', content }]);
  };
  for (const node of nodes) {
    const drawn = isElement(node) && node.tagName === 'svg' ? drawnPictures(node, context) : [];
    if (drawn.length > 0) endParagraph();
    add(drawn);
    if (isElement(node) && isLeftOut(node, context.html)) continue;
    if (isElement(node) && depth < DEEPEST && (BLOCKS.has(node.tagName) || holdsBlocks(node))) {
      endParagraph();
      const entry = node.tagName === 'p' ? wordListEntry(node, context) : undefined;
      if (entry) levelled.push(entry);
      else add(elementBlocks(node, context, depth + 1));
    } else if (isElement(node) || isText(node)) {
      loose.push(node);
    }
  }
  endParagraph();
  for (const list of nestLists(levelled)) blocks.push(list);
  return blocks;
}

/** A paragraph that Word means as the entry of a list. */
function wordListEntry(paragraph: Element, context: HtmlContext): LevelledEntry | undefined {
  const place = wordListPlace(paragraph);
  const content = place && inline(paragraph.childNodes, context);
  return content && (content.text !== '' || content.pictures) ? { ...place, content } : undefined;
}

/** Inline elements are sometimes written around blocks. */
function holdsBlocks(element: Element): boolean {
  if (element.tagName === 'select' || element.tagName === 'textarea') return false;
  return element.childNodes.some(
    (node) => isElement(node) && (BLOCKS.has(node.tagName) || holdsBlocksBelow(node, 8)),
  );
}

function holdsBlocksBelow(element: Element, levels: number): boolean {
  if (levels === 0) return false;
  return element.childNodes.some(
    (node) => isElement(node) && (BLOCKS.has(node.tagName) || holdsBlocksBelow(node, levels - 1)),
  );
}

function elementBlocks(element: Element, context: HtmlContext, depth: number): FlowBlock[] {
  const { tagName, childNodes } = element;
  const level = tagName === 'p' ? wordHeadingLevel(element) : Number(/^h([1-6])$/.exec(tagName)?.[1] ?? 0);
  if (level) return headingBlocks(element, level, context, depth);
  switch (tagName) {
    case 'hr':
      return [];
    case 'pre':
      return codeBlocks(element);
    case 'ul':
    case 'ol':
    case 'menu':
    case 'dir': {
      const list = listBlock(element, context, depth);
      return list.entries.length > 0 ? [list] : [];
    }
    case 'table':
      return tableBlocks(element, context, (nodes) => blocksOf(nodes, context, depth));
    case 'noframes':
      return blocksOf(bodyInstead([textContent(element)])?.childNodes ?? [], context, depth);
    case 'figure':
      return figureBlocks(element, context, depth);
    default:
      return blocksOf(childNodes, context, depth);
  }
}

function inline(nodes: readonly Node[], context: HtmlContext): Inline {
  return inlineOf(tidyBlanks(runsOf(nodes, context)), context);
}

/** Blanks beside a line break, and a second blank after one at the end of the run before, show nothing. */
function tidyBlanks(runs: ReturnType<typeof runsOf>): ReturnType<typeof runsOf> {
  let last = '';
  return runs.map((run) => {
    let { text } = run;
    if (last === '' || /[ \n]$/.test(last)) text = text.replace(/^ +/, '');
    text = text.replaceAll(/(?<! ) *\n */g, '\n');
    if (text !== '') last = text;
    return { ...run, text };
  });
}

function headingBlocks(element: Element, level: number, context: HtmlContext, depth: number): FlowBlock[] {
  const inner = element.childNodes.filter((node) => isElement(node) && BLOCKS.has(node.tagName));
  if (inner.some((node) => isElement(node) && /^(?:table|ul|ol|h[1-6])$/.test(node.tagName)))
    return blocksOf(element.childNodes, context, depth);
  const text = inline(element.childNodes, context);
  const number = wordListMark(element) ?? '';
  const content = number === '' ? text : labelled(text, number);
  const oneLine = {
    ...content,
    text: content.text.replaceAll('\n', ' '),
    md: content.md.replaceAll('\n', ' '),
  };
  return [{ kind: 'heading', level, content: oneLine }];
}

/** The number of a heading stands before its text. */
function labelled(content: Inline, number: string): Inline {
  const { text, md } = plainInline(`${number} `);
  return { ...content, text: text + content.text, md: md + content.md };
}

function codeBlocks(element: Element): FlowBlock[] {
  const value = textContent(element).replace(/^\n/, '').trimEnd();
  if (value.trim() === '') return [];
  const inner = element.childNodes.find((node) => isElement(node) && node.tagName === 'code');
  const classes = `${attributeOf(element, 'class') ?? ''} ${inner && isElement(inner) ? (attributeOf(inner, 'class') ?? '') : ''}`;
  const language = /(?:language|lang|highlight-source|brush:?)-?\s?([\w+#-]+)/.exec(classes)?.[1];
  return [{ kind: 'code', value, ...(language !== undefined && { language }) }];
}

function figureBlocks(element: Element, context: HtmlContext, depth: number): FlowBlock[] {
  const blocks = blocksOf(element.childNodes, context, depth);
  const figure = figureOf(blocks);
  return figure ? [figure] : blocks;
}

function listBlock(element: Element, context: HtmlContext, depth: number): FlowList {
  const start = Number(attributeOf(element, 'start') ?? 1);
  const entries: FlowListEntry[] = [];
  for (const node of element.childNodes) {
    if (!isElement(node) || isLeftOut(node, context.html)) continue;
    // Lists are often nested beside the entry that they belong to.
    if (node.tagName === 'ul' || node.tagName === 'ol') {
      const nested = depth < DEEPEST ? listBlock(node, context, depth + 1) : undefined;
      const last = entries.pop();
      if (nested && last) entries.push({ ...last, lists: [...(last.lists ?? []), nested] });
      else if (nested) for (const entry of nested.entries) entries.push(entry);
    } else {
      const entry = listEntry(node, context, depth);
      if (entry) entries.push(entry);
    }
  }
  const ordered = element.tagName === 'ol';
  return { kind: 'list', ordered, entries, ...(ordered && Number.isInteger(start) && { start }) };
}

/** Blocks inside an entry become lines of it; lists inside it stay lists. */
function listEntry(element: Element, context: HtmlContext, depth: number): FlowListEntry | undefined {
  const blocks = blocksOf(element.childNodes, context, depth + 1);
  const lists = blocks.filter((block) => block.kind === 'list');
  const content = linesOf(blocks.filter((block) => block.kind !== 'list'));
  if (content.text === '' && !content.pictures && lists.length === 0) return undefined;
  return { content, ...(lists.length > 0 && { lists }) };
}

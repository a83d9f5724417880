import { readFile } from 'node:fs/promises';
import { elements, parseXml, textOf, type XmlElement, type XmlNode } from '../../containers/xml.ts';
import type { FlowBlock, Inline } from '../../items/flow.ts';
import { inlineOf, plainInline, type Run } from '../../items/inline.ts';
import type { TableCell } from '../../items/table.ts';
import type { DocumentReader } from '../../reader.ts';
import { decodeHtml } from '../html/reader.ts';
import { flowDocument } from '../flow-document.ts';

/**
 * Reads XML of any vocabulary by what most document vocabularies share (JATS, DocBook, TEI, DITA, patents): titles of
 * nested sections, paragraphs, lists and tables. An element with text of its own is a paragraph, whatever its name.
 */
export const openXml: DocumentReader = async (input) => {
  const text = decodeHtml(await readFile(input.path)).replaceAll(
    /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)[\w.-]+;/gi,
    namedEntity,
  );
  const root = parseXml(text, { lenient: true });
  return flowDocument([{ blocks: blocksOf(root, 1, input.options) }], input);
};

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: '\u00a0', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', hellip: '…', deg: '°',
  copy: '©', reg: '®', trade: '™', times: '×', plusmn: '±', micro: 'µ', middot: '·', bull: '•', alpha: 'α', beta: 'β',
  gamma: 'γ', delta: 'δ', mu: 'μ', prime: '′', minus: '−', le: '≤', ge: '≥', lt: '&lt;', gt: '&gt;',
}; // prettier-ignore

/** Entities of a DTD that is not read: the usual ones are known, of others the name stays. */
function namedEntity(whole: string): string {
  const name = whole.slice(1, -1);
  return ENTITIES[name] ?? ` ${name} `;
}

const TITLES = new Set([
  'title',
  'article-title',
  'heading',
  'head',
  'invention-title',
  'chapter-title',
  'book-title',
]);
const PARAGRAPHS = new Set(['p', 'para', 'simpara', 'abstract-p', 'claim-text', 'td', 'label']);
const LISTS = new Set(['list', 'itemizedlist', 'orderedlist', 'ul', 'ol', 'variablelist']);
const ENTRIES = new Set(['list-item', 'listitem', 'item', 'li', 'varlistentry']);
const LOOKS: Readonly<Record<string, Omit<Run, 'text'>>> = {
  italic: { italic: true }, emphasis: { italic: true }, i: { italic: true }, em: { italic: true }, bold: { bold: true },
  b: { bold: true }, strong: { bold: true }, monospace: { code: true }, code: { code: true }, tt: { code: true },
}; // prettier-ignore
/** Inline elements that hold no text of the document. */
const SILENT = new Set(['processing-meta', 'journal-id', 'object-id', 'ext-link-id']);
const DEEPEST = 100;

type Options = Parameters<typeof inlineOf>[1];

function blocksOf(element: XmlElement, level: number, options: Options, depth = 0): FlowBlock[] {
  const name = element.name.toLowerCase();
  if (SILENT.has(name)) return [];
  if (depth > DEEPEST) return paragraph(plainInline(squeeze(textOf(element))));
  if (TITLES.has(name)) return heading(inline(element, options), level);
  if (name === 'table' || name === 'tgroup') return table(element, options);
  if (LISTS.has(name)) return list(element, options);
  if (PARAGRAPHS.has(name) || hasOwnText(element)) return mixed(element, level, options, depth);
  const inner = level + (elements(element).some((one) => TITLES.has(one.name.toLowerCase())) ? 1 : 0);
  return elements(element).flatMap((one) =>
    blocksOf(one, TITLES.has(one.name.toLowerCase()) ? level : inner, options, depth + 1),
  );
}

function hasOwnText(element: XmlElement): boolean {
  return element.children.some((node) => typeof node === 'string' && node.trim() !== '');
}

/** Text with lists and tables in it: a paragraph that they interrupt. */
function mixed(element: XmlElement, level: number, options: Options, depth: number): FlowBlock[] {
  const blocks: FlowBlock[] = [];
  let loose: XmlNode[] = [];
  const end = () => {
    blocks.push(...paragraph(inlineOfNodes(loose, options)));
    loose = [];
  };
  for (const node of element.children) {
    const name = typeof node === 'string' ? '' : node.name.toLowerCase();
    if (
      typeof node !== 'string' &&
      (LISTS.has(name) ||
        PARAGRAPHS.has(name) ||
        /^(?:table|table-wrap|tables|tgroup|sec|section)$/.test(name))
    ) {
      end();
      blocks.push(...blocksOf(node, level, options, depth + 1));
    } else loose.push(node);
  }
  end();
  return blocks;
}

function paragraph(content: Inline): FlowBlock[] {
  return content.text === '' ? [] : [{ kind: 'paragraph', content }];
}

function heading(content: Inline, level: number): FlowBlock[] {
  return content.text === '' ? [] : [{ kind: 'heading', level, content }];
}

function list(element: XmlElement, options: Options): FlowBlock[] {
  const entries = elements(element)
    .filter((one) => ENTRIES.has(one.name.toLowerCase()))
    .map((entry) => ({ content: inline(entry, options) }))
    .filter((entry) => entry.content.text !== '');
  const ordered =
    element.name.toLowerCase().startsWith('o') || /order|number/.test(element.attributes['list-type'] ?? '');
  return entries.length > 0 ? [{ kind: 'list', ordered, entries }] : [];
}

function table(element: XmlElement, options: Options): FlowBlock[] {
  const rows: TableCell[][] = [];
  let headerRows = 0;
  const walk = (parent: XmlElement, inHead: boolean): void => {
    for (const one of elements(parent)) {
      const name = one.name.toLowerCase();
      if (name === 'tr' || name === 'row') {
        rows.push(elements(one).map((cell) => tableCell(cell, options)));
        if (inHead && headerRows === rows.length - 1) headerRows += 1;
      } else walk(one, inHead || name === 'thead');
    }
  };
  walk(element, false);
  return rows.length > 0 ? [{ kind: 'table', rows, headerRows }] : [];
}

function tableCell(cell: XmlElement, options: Options): TableCell {
  const { text, md } = inline(cell, options);
  const colSpan = Number(cell.attributes['colspan'] ?? 1);
  const rowSpan = Number(cell.attributes['rowspan'] ?? 1 + Number(cell.attributes['morerows'] ?? 0));
  return { md, value: text, colSpan, rowSpan };
}

function inline(element: XmlElement, options: Options): Inline {
  return inlineOfNodes(element.children, options);
}

function inlineOfNodes(nodes: readonly XmlNode[], options: Options): Inline {
  return inlineOf(runsOf(nodes), options);
}

function runsOf(nodes: readonly XmlNode[], look: Omit<Run, 'text'> = {}): Run[] {
  return nodes.flatMap((node): Run[] => {
    if (typeof node === 'string') return [{ ...look, text: node.replaceAll(/\s+/g, ' ') }];
    const name = node.name.toLowerCase();
    if (SILENT.has(name)) return [];
    if (name === 'br' || name === 'break') return [{ text: '\n' }];
    const url =
      node.name === 'ext-link' || node.name === 'ulink'
        ? (node.attributes['xlink:href'] ?? node.attributes['url'])
        : undefined;
    return runsOf(node.children, { ...look, ...LOOKS[name], ...(url !== undefined && { url }) });
  });
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

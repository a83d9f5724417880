import { readTextBytes } from '../../containers/whole-file.ts';
import { parseXml } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { DocumentReader } from '../../reader.ts';
import { decodeHtml } from '../html/reader.ts';
import { flowDocument } from '../flow-document.ts';
import { XmlWalk } from './blocks.ts';
import { isData, laidOutXml } from './data.ts';
import { inlineOfNodes } from './inline.ts';
import { documentTitle } from './jats.ts';
import { opmlBlocks } from './opml.ts';

/**
 * Reads XML of any vocabulary by what most document vocabularies share (JATS, DocBook, TEI, DITA, patents): titles of
 * nested sections, paragraphs, lists and tables. An element with text of its own is a paragraph, whatever its name.
 * A file of data, without any of these, stays what it is: laid out as code, with its names and attributes.
 */
export const openXml: DocumentReader = async (input) => {
  const text = decodeHtml(await readTextBytes(input.path), input.warn).replaceAll(
    /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)[\w.-]+;/gi,
    namedEntity,
  );
  const root = parseXml(text, {
    onDamage: (what) =>
      input.warn(`The XML is cut off or malformed (${what}); what stands before the damage was read.`),
  });
  if (root.name.toLowerCase() === 'opml')
    return flowDocument([{ blocks: opmlBlocks(root, input.options) }], input);
  if (isData(root))
    return flowDocument(
      [{ blocks: [{ kind: 'code', value: laidOutXml(root, text), language: 'xml' }] }],
      input,
    );
  const title = documentTitle(root);
  const walk = new XmlWalk(input.options, title);
  const content = title && inlineOfNodes(title.children, input.options);
  const heading: FlowBlock[] = content ? [{ kind: 'heading', level: 1, content }] : [];
  return flowDocument([{ blocks: [...heading, ...walk.blocks(root, title ? 2 : 1)] }], input);
};

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: '\u00a0', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', hellip: '…', deg: '°',
  copy: '©', reg: '®', trade: '™', times: '×', plusmn: '±', micro: 'µ', middot: '·', bull: '•', alpha: 'α', beta: 'β',
  gamma: 'γ', agr: 'α', bgr: 'β', ggr: 'γ', dgr: 'δ', egr: 'ε', lgr: 'λ', mgr: 'μ', pgr: 'π', sgr: 'σ', phgr: 'φ',
  ohgr: 'ω', equals: '=', plus: '+', thinsp: '\u2009', ensp: '\u2002', emsp: '\u2003', sect: '§', rarr: '→', larr: '←',
  delta: 'δ', mu: 'μ', prime: '′', minus: '−', le: '≤', ge: '≥', lt: '&lt;', gt: '&gt;',
}; // prettier-ignore

/** Entities of a DTD that is not read: the usual ones are known, of others the name stays. */
function namedEntity(whole: string): string {
  const name = whole.slice(1, -1);
  return ENTITIES[name] ?? ` ${name} `;
}

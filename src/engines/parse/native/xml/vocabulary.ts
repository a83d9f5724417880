import type { Run } from '../../items/inline.ts';

/**
 * Names that document vocabularies share, in lower case: JATS, DocBook, TEI, DITA, patents (ST.36 and the older ST.32),
 * CALS and XHTML tables, tables of XSL-FO, XBRL.
 */
export const TITLES = new Set([
  'title', 'article-title', 'heading', 'head', 'invention-title', 'chapter-title', 'book-title', 'h', 'h1', 'h2', 'h3',
  'h4', 'h5', 'h6',
]); // prettier-ignore
export const PARAGRAPHS = new Set([
  'p', 'para', 'simpara', 'abstract-p', 'claim-text', 'disp-quote', 'attrib', 'ab', 'l', 'lg', 'verse-line', 'blockquote',
  'clm', 'aff', 'disp-formula', 'maths',
]); // prettier-ignore
export const LISTS = new Set([
  'list',
  'itemizedlist',
  'orderedlist',
  'simplelist',
  'ul',
  'ol',
  'sl',
  'variablelist',
  'def-list',
  'dl',
  'ref-list',
]);
export const ENTRIES = new Set([
  'list-item',
  'listitem',
  'item',
  'li',
  'sli',
  'varlistentry',
  'def-item',
  'dlentry',
  'member',
  'ref',
]);
export const TABLES = new Set(['table', 'tgroup', 'informaltable', 'simpletable']);
export const ROWS = new Set(['tr', 'row', 'strow', 'sthead', 'table-row']);
export const CELLS = new Set(['td', 'th', 'entry', 'cell', 'stentry', 'entrytbl', 'table-cell']);
export const CODE = new Set([
  'programlisting',
  'screen',
  'preformat',
  'codeblock',
  'literallayout',
  'verbatim',
  'pre',
]);
/** What a caption stands with: its parts are one line, whatever they are called inside. */
export const CAPTIONED = new Set([
  'fig',
  'figure',
  'table-wrap',
  'fig-group',
  'informalfigure',
  'boxed-text',
]);
/** What is cited is one line, titles of works included. */
export const CITATIONS = new Set([
  'mixed-citation', 'element-citation', 'nlm-citation', 'citation', 'bibl', 'biblstruct', 'biblioentry', 'bibliomixed',
]); // prettier-ignore
const SECTIONS = [
  'sec',
  'section',
  'chapter',
  'div',
  'body',
  'abstract',
  'caption',
  'claim',
  'fig',
  'table-wrap',
  'tables',
];

/** Elements that begin a block of their own. */
export const BLOCKS = new Set([
  ...TITLES, ...PARAGRAPHS, ...LISTS, ...TABLES, ...CODE, ...CAPTIONED, ...SECTIONS,
]); // prettier-ignore

export const LOOKS: Readonly<Record<string, Omit<Run, 'text'>>> = {
  italic: { italic: true }, emphasis: { italic: true }, i: { italic: true }, em: { italic: true }, hi: { italic: true },
  bold: { bold: true }, b: { bold: true }, strong: { bold: true }, monospace: { code: true }, code: { code: true },
  tt: { code: true }, literal: { code: true }, codeph: { code: true }, strike: { strike: true },
}; // prettier-ignore

/** What a file says about itself for machines, and forms of a thing beside the one that is read. */
export const SILENT = new Set([
  'processing-meta', 'journal-meta', 'journal-id', 'object-id', 'ext-link-id', 'contrib-id', 'role', 'indexterm',
  'us-bibliographic-data-application', 'us-bibliographic-data-grant', 'sdobi', 'colspec', 'inline-graphic', 'context',
  'unit', 'alt-title', 'schemaref', 'linkbaseref', 'teiheader', 'prolog', 'drawings', 'sdodr', 'annotation', 'annotation-xml', 'script',
  'style',
]); // prettier-ignore

/** What is read of the data about an article: the rest is for catalogues. */
export const ARTICLE_DATA = new Set([
  'title-group',
  'contrib-group',
  'aff',
  'abstract',
  'trans-abstract',
  'kwd-group',
]);

/** Headings of parts that carry none because their name says it. */
export const IMPLIED_TITLES: Readonly<Record<string, string>> = {
  abstract: 'Abstract', sdoab: 'Abstract', ack: 'Acknowledgments', 'ref-list': 'References', bibliography: 'References',
  claims: 'Claims', sdocl: 'Claims', glossary: 'Glossary', index: 'Index',
}; // prettier-ignore

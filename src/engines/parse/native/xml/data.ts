import { elements, textOf, type XmlElement } from '../../containers/xml.ts';
import { hasOwnText } from './inline.ts';
import { isTable } from './tables.ts';
import { BLOCKS } from './vocabulary.ts';

/** Longer files are not laid out: indenting multiplies them. */
const LONGEST_LAID_OUT = 20_000_000;
/** Attributes that say something about the file, not about its content. */
const TECHNICAL = /^(?:xmlns|xml|xsi|xlink)(?::|$)/;

/**
 * Whether a file holds data rather than text: no element of a vocabulary for documents, no text with elements in it, no
 * markup written as text. Its meaning is in the names of elements and attributes, which running text would lose.
 */
export function isData(root: XmlElement): boolean {
  const parts = elements(root);
  const name = root.name.toLowerCase();
  // Exports of databases call their own things tables.
  if (BLOCKS.has(name) && (name !== 'table' || isTable(root))) return false;
  if (parts.length > 0 && hasOwnText(root)) return false;
  if (parts.length === 0 && /<\/?[a-z][^<>]*>/i.test(textOf(root))) return false;
  return parts.every(isData);
}

/** Writes a tree as XML again, an element a line, so that a reader can follow it. */
export function laidOutXml(root: XmlElement, source: string): string {
  return source.length > LONGEST_LAID_OUT ? source.trim() : linesOf(root, '').join('\n');
}

function linesOf(element: XmlElement, indent: string): string[] {
  const name = element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;
  const attributes = Object.entries(element.attributes)
    .filter(([key]) => !TECHNICAL.test(key))
    .map(([key, value]) => ` ${key}="${escaped(value).replaceAll('"', '&quot;')}"`)
    .join('');
  const parts = elements(element);
  const open = `${indent}<${name}${attributes}`;
  if (parts.length > 0)
    return [`${open}>`, ...parts.flatMap((part) => linesOf(part, `${indent}  `)), `${indent}</${name}>`];
  const text = escaped(textOf(element).trim());
  return [text === '' ? `${open}/>` : `${open}>${text}</${name}>`];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

import { SaxesParser } from 'saxes';
import { DocumentFailure } from '../document-failure.ts';

/** An element with its namespace prefix as written; text stands among the children. */
export interface XmlElement {
  /** Name without prefix. */
  readonly name: string;
  readonly prefix: string;
  /** By name as written, prefix included. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}
export type XmlNode = XmlElement | string;

/** Deeper nesting is not a document. */
const DEEPEST = 512;
/** Nodes of one part; a workbook's sheet of a million cells has three million. */
const MOST_NODES = 6_000_000;

/**
 * Parses XML into a tree. Entities other than the five of XML are not expanded and nothing is ever fetched.
 * @param options.onDamage told what is wrong with XML that is cut off or malformed: it gives what stands before the fault
 * then. Without it there is no lenience.
 * @throws {DocumentFailure}
 */
export function parseXml(text: string, options: { onDamage?: (what: string) => void } = {}): XmlElement {
  const root: MutableElement = { name: '', prefix: '', attributes: {}, children: [] };
  const open: MutableElement[] = [root];
  let nodes = 0;
  const count = () => {
    nodes += 1;
    if (nodes > MOST_NODES)
      throw new DocumentFailure(
        'DOCUMENT_TOO_LARGE',
        'A part of the document has too many elements. Split it and upload the parts.',
      );
  };
  const parser = new SaxesParser({ xmlns: false, fragment: false });
  parser.on('opentag', (tag) => {
    count();
    if (open.length > DEEPEST) throw broken('its elements are nested too deeply');
    const [prefix, name] = splitName(tag.name);
    const element: MutableElement = { name, prefix, attributes: tag.attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (value: string) => {
    count();
    open.at(-1)?.children.push(value);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('error', (error) => {
    throw new XmlFault(error.message);
  });
  try {
    parser.write(text.replace(/^\ufeff/, '')).close();
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    if (!options.onDamage || firstElement(root) === undefined) throw broken(error.message);
    options.onDamage(error.message);
  }
  const found = firstElement(root);
  if (!found) throw broken('it holds no element');
  return found;
}

interface MutableElement {
  readonly name: string;
  readonly prefix: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlNode[];
}

class XmlFault extends Error {}

function firstElement(root: XmlElement): XmlElement | undefined {
  return root.children.find((node) => typeof node !== 'string');
}

function splitName(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function broken(why: string): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_IS_BROKEN',
    `The document's XML is damaged: ${why}. Save it again and upload the new file.`,
    why,
  );
}

/** The child elements, of one name where given. */
export function elements(parent: XmlElement | undefined, name?: string): XmlElement[] {
  return (parent?.children ?? []).filter(
    (node): node is XmlElement => typeof node !== 'string' && (name === undefined || node.name === name),
  );
}

/** The first child element of a name. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return elements(parent, name)[0];
}

/** An attribute by its name without prefix. */
export function attribute(element: XmlElement | undefined, name: string): string | undefined {
  if (!element) return undefined;
  const own = element.attributes[name];
  if (own !== undefined) return own;
  for (const [key, value] of Object.entries(element.attributes)) if (key.endsWith(`:${name}`)) return value;
  return undefined;
}

/** All text inside an element. */
export function textOf(node: XmlNode): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}

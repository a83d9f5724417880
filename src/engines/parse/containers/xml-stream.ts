import { SaxesParser } from 'saxes';
import { DocumentFailure } from '../document-failure.ts';

/** What a reader of streamed XML is told; names are without prefix, attributes are named as written. */
export interface XmlEvents {
  openTag(name: string, attributes: Readonly<Record<string, string>>): void;
  closeTag(name: string): void;
  /** Text between tags; may come in several pieces. */
  text(text: string): void;
}

/** Deeper nesting is not a document. */
const DEEPEST = 512;

class XmlFault extends Error {}

/**
 * Reads XML that is too long to be a tree. Entities other than the five of XML are not expanded and nothing is fetched.
 * What a listener throws ends the reading and comes out.
 * @returns what is wrong where the XML is damaged; what stands before the damage has been told then
 */
export async function streamXml(
  chunks: AsyncIterable<Buffer>,
  events: XmlEvents,
): Promise<string | undefined> {
  const parser = listeningParser(events);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const chunk of chunks) {
      decoder ??= new TextDecoder(encodingOf(chunk));
      parser.write(decoder.decode(chunk, { stream: true }));
    }
    parser.write(decoder?.decode() ?? '').close();
    return undefined;
  } catch (error) {
    if (error instanceof XmlFault) return error.message;
    if (error instanceof DocumentFailure && error.code === 'DOCUMENT_IS_BROKEN')
      return error.detail ?? error.message;
    throw error;
  }
}

function listeningParser(events: XmlEvents): SaxesParser {
  const parser = new SaxesParser({ xmlns: false, fragment: false, position: false });
  let depth = 0;
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > DEEPEST) throw new XmlFault('its elements are nested too deeply');
    events.openTag(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    events.closeTag(localName(tag.name));
  });
  parser.on('text', (text) => events.text(text));
  parser.on('cdata', (text) => events.text(text));
  parser.on('error', (error) => {
    throw new XmlFault(error.message);
  });
  return parser;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Office writes UTF-8; some producers write UTF-16 with a mark. */
function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

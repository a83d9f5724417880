import { DocumentFailure } from '../document-failure.ts';
import { decodeText } from './text.ts';
import { parseXml, type XmlElement } from './xml.ts';
import type { ZipContainer } from './zip.ts';

/**
 * Parses a part of a container as far as it is whole.
 * @param warn told of a part that is damaged, once for each reading
 * @returns undefined for a part that is not there or beyond repair
 * @throws {DocumentFailure} DOCUMENT_TOO_LARGE
 */
export async function readXmlPart(
  zip: ZipContainer,
  name: string,
  warn: (sentence: string) => void,
): Promise<XmlElement | undefined> {
  if (!zip.has(name)) return undefined;
  const tell = (what: string, left: string) =>
    warn(`The document's part ${JSON.stringify(name)} is damaged (${what}); ${left}.`);
  try {
    const text = decodeText(await zip.read(name));
    if (text === undefined) {
      tell('it is no text', 'it was left out');
      return undefined;
    }
    return parseXml(text, { onDamage: (what) => tell(what, 'what stands before the damage was read') });
  } catch (error) {
    if (!(error instanceof DocumentFailure) || error.code !== 'DOCUMENT_IS_BROKEN') throw error;
    tell(error.detail ?? error.message, 'it was left out');
    return undefined;
  }
}

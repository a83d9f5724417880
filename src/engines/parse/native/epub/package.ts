import { posix } from 'node:path';
import { readXmlPart } from '../../containers/xml-part.ts';
import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';

/** What a publication says about itself (EPUB 3.3, 5). */
export interface EpubPackage {
  readonly title: string;
  readonly creators: readonly string[];
  /** Names of the content documents in reading order. */
  readonly spine: readonly string[];
}

type Warn = (sentence: string) => void;

/** Documents that are read of one publication. */
const MOST_DOCUMENTS = 20_000;

/** @param warn told of parts that are damaged @throws {DocumentFailure} for publications that are protected or have no reading order */
export async function readEpubPackage(zip: ZipContainer, warn: Warn): Promise<EpubPackage> {
  const readPart = (name: string) => readXmlPart(zip, name, warn);
  const container = await readPart('META-INF/container.xml');
  const declared = attribute(elements(child(container, 'rootfiles'), 'rootfile')[0], 'full-path');
  const path = [declared, ...zip.names.filter((name) => name.endsWith('.opf'))].find(
    (name) => name !== undefined && zip.has(name),
  );
  const root = path === undefined ? undefined : await readPart(path);
  if (path === undefined || !root) {
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      'The publication has no readable package document (OPF). Export it again and upload the new file.',
    );
  }
  const files = new Map(
    elements(child(root, 'manifest'), 'item').map((item) => [
      attribute(item, 'id') ?? '',
      resolvePart(path, attribute(item, 'href') ?? ''),
    ]),
  );
  const spine = elements(child(root, 'spine'), 'itemref')
    .slice(0, MOST_DOCUMENTS)
    .flatMap((reference) => files.get(attribute(reference, 'idref') ?? '') ?? []);
  assertReadable(await readPart('META-INF/encryption.xml'), new Set(spine));
  const metadata = child(root, 'metadata');
  const texts = (name: string) =>
    elements(metadata, name).map((one) => textOf(one).replaceAll(/\s+/g, ' ').trim());
  return {
    title: texts('title')[0] ?? '',
    creators: texts('creator').filter((name) => name !== ''),
    spine,
  };
}

/** The name of the part that an address in another part leads to. */
export function resolvePart(from: string, href: string): string {
  const path = href.split(/[?#]/, 1)[0] ?? '';
  return posix.join(posix.dirname(from), decoded(path));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Ways of hiding fonts, which protect nothing that is read (EPUB 3.3, 4.4). */
const FONT_ALGORITHM = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;

/** @throws {DocumentFailure} PDF_IS_PROTECTED when content documents are encrypted */
function assertReadable(encryption: XmlElement | undefined, spine: ReadonlySet<string>): void {
  const isLocked = elements(encryption, 'EncryptedData').some((data) => {
    const algorithm = attribute(child(data, 'EncryptionMethod'), 'Algorithm') ?? '';
    const file = attribute(child(child(data, 'CipherData'), 'CipherReference'), 'URI') ?? '';
    return !FONT_ALGORITHM.test(algorithm) && spine.has(posix.join('.', decoded(file)));
  });
  if (!isLocked) return;
  throw new DocumentFailure(
    'PDF_IS_PROTECTED',
    'The publication is protected by digital rights management, which only its reading program can open. Upload a copy ' +
      'without protection.',
  );
}

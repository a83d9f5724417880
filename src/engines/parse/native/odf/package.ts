import { posix } from 'node:path';
import { child, elements, type XmlElement } from '../../containers/xml.ts';
import { readXmlPart } from '../../containers/xml-part.ts';
import { openZip, type ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { PictureSource } from '../../items/picture.ts';

/** The parts of an OpenDocument package (OpenDocument 1.3 part 2) that readers look at. */
export interface OdfPackage {
  readonly content: XmlElement;
  /** Styles are optional: without them everything is plain. */
  readonly styles: XmlElement | undefined;
  /** Contents of embedded objects by the name that frames refer to, such as `./Object 1`. */
  readonly objects: ReadonlyMap<string, XmlElement>;
  /** All parts by name. */
  readonly names: ReadonlySet<string>;
}

type Warn = (sentence: string) => void;

/** Embedded objects that are read; a document with more shows pictures in their place. */
const MOST_OBJECTS = 1_000;

/** @param warn told of parts that are damaged @throws {DocumentFailure} when there is no content or a password is needed to see it */
export async function openOdf(path: string, warn: Warn): Promise<OdfPackage> {
  const zip = await openZip(path);
  const readPart = (name: string) => readXmlPart(zip, name, warn);
  try {
    await assertOpen(zip, warn);
    const content = await readPart('content.xml');
    if (!content)
      throw new DocumentFailure(
        'DOCUMENT_IS_BROKEN',
        'The document has no readable content.xml. Save it again and upload the new file.',
      );
    const objects = new Map<string, XmlElement>();
    for (const name of zip.names.filter((one) => /^[^/]+\/content\.xml$/.test(one)).slice(0, MOST_OBJECTS)) {
      const object = await readPart(name);
      if (object) objects.set(posix.dirname(name), object);
    }
    return { content, styles: await readPart('styles.xml'), objects, names: new Set(zip.names) };
  } finally {
    await zip.close();
  }
}

/** @throws {DocumentFailure} PDF_IS_PROTECTED for a package whose parts are encrypted (OpenDocument 1.3 part 2, 4.8) */
export async function assertOpen(zip: ZipContainer, warn: Warn): Promise<void> {
  const manifest = await readXmlPart(zip, 'META-INF/manifest.xml', warn);
  if (elements(manifest, 'file-entry').some((entry) => child(entry, 'encryption-data')))
    throw new DocumentFailure(
      'PDF_IS_PROTECTED',
      'The document is protected by a password, and OpenDocument files cannot be opened with one here. Remove the protection and upload it again.',
    );
}

/** The picture that an address inside the package leads to. @param names of the package's parts */
export function packagePicture(
  href: string | undefined,
  names: Pick<ReadonlySet<string>, 'has'>,
): PictureSource | undefined {
  const member = href?.replace(/^\.\//, '') ?? '';
  return names.has(member) ? { member } : undefined;
}

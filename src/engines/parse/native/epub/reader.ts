import { openZip, type ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { PictureSource } from '../../items/picture.ts';
import type { DocumentReader, PageReading, ReaderInput } from '../../reader.ts';
import { NATIVE_ENGINE } from '../flow-document.ts';
import { decodeHtml, htmlBlocks } from '../html/reader.ts';
import { dataUriPicture } from '../pictures/data-uri.ts';
import { PicturePages } from '../pictures/picture-pages.ts';
import { readEpubPackage, resolvePart, type EpubPackage } from './package.ts';
import { htmlOfXhtml } from './xhtml.ts';

/** Reads publications (EPUB 2 and 3): every content document in the reading order is a page. */
export const openEpub: DocumentReader = async (input) => {
  const zip = await openZip(input.path);
  let publication: EpubPackage;
  try {
    publication = await readEpubPackage(zip, input.warn);
  } finally {
    await zip.close();
  }
  const pictures = new PicturePages(input);
  const book = { publication, input, pictures };
  return {
    engine: NATIVE_ENGINE,
    documentPages: publication.spine.length,
    offers: ['embedded'],
    read: (pageNumbers) => readPages(book, pageNumbers),
    finish: () => pictures.finish(),
  };
};

interface Book {
  readonly publication: EpubPackage;
  readonly input: ReaderInput;
  readonly pictures: PicturePages;
}

/** The container is open only while pages are read. */
async function readPages(book: Book, pageNumbers: readonly number[]): Promise<PageReading[]> {
  const zip = await openZip(book.input.path);
  try {
    const readings: PageReading[] = [];
    for (const pageNumber of pageNumbers) {
      const name = book.publication.spine[pageNumber - 1];
      if (name === undefined) continue;
      const content = await readContent(zip, name, book.input);
      if ('error' in content) {
        readings.push({ fault: { pageNumber, error: content.error, isOcrFault: false } });
        continue;
      }
      const title = pageNumber === 1 ? titleBlocks(book.publication, content.blocks) : [];
      const page = { pageNumber, blocks: [...title, ...content.blocks] };
      readings.push(await book.pictures.readOne(page, pageNumber === 1 && hasCover(book.publication)));
    }
    return readings;
  } finally {
    await zip.close();
  }
}

async function readContent(
  zip: ZipContainer,
  name: string,
  { options }: ReaderInput,
): Promise<{ readonly blocks: readonly FlowBlock[] } | { readonly error: string }> {
  try {
    const html = htmlOfXhtml(decodeHtml(await zip.read(name)));
    return { blocks: htmlBlocks(html, options, (address) => pictureAt(address, name, zip)) };
  } catch (error) {
    if (!(error instanceof DocumentFailure) || error.code === 'DOCUMENT_TOO_LARGE') throw error;
    return { error: error.message };
  }
}

/** Whether the first document is a cover or title page: what it draws, the publication's title says. */
function hasCover({ title, spine }: EpubPackage): boolean {
  return title !== '' && spine.length > 1;
}

/** Pictures are parts of the publication, or stand in the address itself; nothing outside is looked at. */
function pictureAt(address: string, from: string, zip: ZipContainer): PictureSource | undefined {
  if (/^\s*\w+:/.test(address)) return dataUriPicture(address);
  const member = address === '' ? '' : resolvePart(from, address);
  return zip.has(member) ? { member } : undefined;
}

/** The title, when the first page, which is often a picture of the cover, does not show it. */
function titleBlocks({ title, creators }: EpubPackage, content: readonly FlowBlock[]): FlowBlock[] {
  const isShown = content.some(
    (block) =>
      (block.kind === 'heading' || block.kind === 'paragraph') &&
      block.content.text.toLowerCase().includes(title.toLowerCase()),
  );
  if (title === '' || isShown) return [];
  return [
    { kind: 'heading', level: 1, content: plainInline(title) },
    ...(creators.length > 0
      ? [{ kind: 'paragraph', content: plainInline(creators.join(', ')) } as const]
      : []),
  ];
}

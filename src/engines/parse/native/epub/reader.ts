import { openZip, type ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';
import { flowPage, type FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { DocumentReader, PageReading, ReaderInput } from '../../reader.ts';
import { NATIVE_ENGINE } from '../flow-document.ts';
import { decodeHtml, htmlBlocks } from '../html/reader.ts';
import { readEpubPackage, type EpubPackage } from './package.ts';
import { htmlOfXhtml } from './xhtml.ts';

/** Reads publications (EPUB 2 and 3): every content document in the reading order is a page. */
export const openEpub: DocumentReader = async (input) => {
  const zip = await openZip(input.path);
  let publication: EpubPackage;
  try {
    publication = await readEpubPackage(zip);
  } finally {
    await zip.close();
  }
  return {
    engine: NATIVE_ENGINE,
    documentPages: publication.spine.length,
    read: (pageNumbers) => readPages(input, publication, pageNumbers),
  };
};

/** The container is open only while pages are read. */
async function readPages(
  input: ReaderInput,
  publication: EpubPackage,
  pageNumbers: readonly number[],
): Promise<PageReading[]> {
  const zip = await openZip(input.path);
  try {
    const readings: PageReading[] = [];
    for (const pageNumber of pageNumbers) {
      const name = publication.spine[pageNumber - 1];
      if (name !== undefined) readings.push(await readPage(zip, name, pageNumber, input, publication));
    }
    return readings;
  } finally {
    await zip.close();
  }
}

async function readPage(
  zip: ZipContainer,
  name: string,
  pageNumber: number,
  { options }: ReaderInput,
  publication: EpubPackage,
): Promise<PageReading> {
  try {
    const content = htmlBlocks(htmlOfXhtml(decodeHtml(await zip.read(name))), options);
    const blocks = pageNumber === 1 ? [...titleBlocks(publication, content), ...content] : content;
    return { page: flowPage({ pageNumber, blocks }, options) };
  } catch (error) {
    if (!(error instanceof DocumentFailure) || error.code === 'DOCUMENT_TOO_LARGE') throw error;
    return { fault: { pageNumber, error: error.message, isOcrFault: false } };
  }
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

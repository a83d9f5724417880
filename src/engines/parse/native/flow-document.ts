import { programVersion } from '../../../version.ts';
import type { FlowPage } from '../items/flow.ts';
import type { OpenDocument, ReaderInput } from '../reader.ts';
import { PicturePages } from './pictures/picture-pages.ts';

/** What reads formats natively, as `job_metadata` names it. */
export const NATIVE_ENGINE = { name: 'sheaf', version: programVersion() };

/** A document whose pages are all at hand. */
export function flowDocument(
  pages: readonly Omit<FlowPage, 'pageNumber'>[],
  input: ReaderInput,
): OpenDocument {
  const pictures = new PicturePages(input);
  return {
    engine: NATIVE_ENGINE,
    documentPages: pages.length,
    read: (pageNumbers) =>
      pictures.read(
        pageNumbers.flatMap((pageNumber) => {
          const page = pages[pageNumber - 1];
          return page ? [{ ...page, pageNumber }] : [];
        }),
      ),
    finish: () => pictures.finish(),
  };
}

/** The same for formats that hold pictures. */
export function illustratedDocument(
  pages: readonly Omit<FlowPage, 'pageNumber'>[],
  input: ReaderInput,
): OpenDocument {
  return { ...flowDocument(pages, input), offers: ['embedded'] };
}

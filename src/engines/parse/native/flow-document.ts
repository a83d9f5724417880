import { programVersion } from '../../../version.ts';
import { flowPage, type FlowPage } from '../items/flow.ts';
import type { OpenDocument, ReaderInput } from '../reader.ts';

/** What reads formats natively, as `job_metadata` names it. */
export const NATIVE_ENGINE = { name: 'sheaf', version: programVersion() };

/** A document whose pages are all at hand. */
export function flowDocument(
  pages: readonly Omit<FlowPage, 'pageNumber'>[],
  input: Pick<ReaderInput, 'options'>,
): OpenDocument {
  return {
    engine: NATIVE_ENGINE,
    documentPages: pages.length,
    read: async (pageNumbers) =>
      pageNumbers.flatMap((pageNumber) => {
        const page = pages[pageNumber - 1];
        return page ? [{ page: flowPage({ ...page, pageNumber }, input.options) }] : [];
      }),
  };
}

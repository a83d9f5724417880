import { LiteParse, type ExtractedImage, type Rect } from '@llamaindex/liteparse';
import { cutFractions } from '../../../model/parse-crop.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { MOST_IMAGES_PER_PAGE } from '../artifacts/image-store.ts';
import { DocumentFailure } from '../document-failure.ts';
import { toBox } from './geometry.ts';
import { access, pageChoice } from './lite-config.ts';
import type { PageDraft } from './page-draft.ts';
import type { PictureContext } from './page-pictures.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** Pages whose pictures are in memory at a time. */
const PAGES_AT_A_TIME = 8;

/**
 * Saves the pictures inside a document, the largest of each page, and links figures that show one to it.
 * @throws {DocumentFailure} for a picture that cannot be taken out, when the owner wants that to fail the document
 */
export async function readEmbedded(
  drafts: readonly PageDraft[],
  context: PictureContext,
  links: Map<DraftBlock, string>,
): Promise<void> {
  // A picture that is the document, or a page of a TIFF, lies in a file of its own.
  const atATime = context.source.media === 'pdf' ? PAGES_AT_A_TIME : 1;
  for (let at = 0; at < drafts.length; at += atATime) {
    const group = drafts.slice(at, at + atATime);
    const found = await extract(group, context);
    for (const draft of group) savePage(draft, found.get(draft.pageNumber) ?? [], context, links);
  }
}

async function extract(
  drafts: readonly PageDraft[],
  { source, options, warn }: PictureContext,
): Promise<ReadonlyMap<number, readonly ExtractedImage[]>> {
  const places = new Map(
    drafts.map(({ pageNumber }) => {
      const { path, page } = source.locate(pageNumber);
      return [page, { pageNumber, path }] as const;
    }),
  );
  const byPage = new Map<number, ExtractedImage[]>();
  const parser = new LiteParse({
    ...access(options),
    ...pageChoice({ pages: [...places.keys()] }),
    ocrEnabled: false,
    outputFormat: 'text',
    extractImages: true,
    continueOnPageError: true,
  });
  let lost = 0;
  try {
    const { images, imageErrorCount } = await parser.parse([...places.values()][0]?.path ?? '');
    for (const image of images) {
      const pageNumber = places.get(image.page)?.pageNumber ?? image.page;
      byPage.set(pageNumber, [...(byPage.get(pageNumber) ?? []), image]);
    }
    lost = imageErrorCount;
  } catch {
    lost = drafts.length;
  }
  if (lost > 0) reportLost(drafts, options, warn);
  return byPage;
}

function reportLost(
  drafts: readonly PageDraft[],
  options: ParseOptions,
  warn: (sentence: string) => void,
): void {
  const [first, last] = [drafts[0]?.pageNumber, drafts.at(-1)?.pageNumber];
  const where = first === last ? `page ${first}` : `pages ${first} to ${last}`;
  if (!options.failOnImageExtractionError) return warn(`Pictures of ${where} could not be taken out.`);
  throw new DocumentFailure(
    'DOCUMENT_IS_BROKEN',
    `Pictures of ${where} could not be taken out. Export the document again, or unset ` +
      'processing_control.job_failure_conditions.fail_on_image_extraction_error.',
  );
}

function savePage(
  draft: PageDraft,
  found: readonly ExtractedImage[],
  { images, options, warn }: PictureContext,
  links: Map<DraftBlock, string>,
): void {
  const shown = found.filter((image) => isInside(image.bbox, draft, options));
  const largest = new Set(
    shown.toSorted((a, b) => b.width * b.height - a.width * a.height).slice(0, MOST_IMAGES_PER_PAGE),
  );
  if (largest.size < shown.length) {
    warn(`Of page ${draft.pageNumber} the ${largest.size} largest of ${shown.length} pictures are kept.`);
  }
  for (const image of shown) {
    if (!largest.has(image)) continue;
    const { pageNumber } = draft;
    const figure = draft.blocks.find((block) => block.kind === 'figure' && block.id === image.id);
    const link = images.save({
      pageNumber,
      category: 'embedded',
      bytes: image.bytes,
      box: toBox(image.bbox),
      isLinked: figure !== undefined,
    });
    if (figure && link !== undefined) links.set(figure, link);
  }
}

/** Whether a picture's middle lies in the part of the page that was asked for. */
function isInside(rect: Rect, page: PageDraft, { cropBox }: ParseOptions): boolean {
  const cut = cropBox && cutFractions(cropBox);
  if (!cut) return true;
  const x = (rect.x + rect.width / 2) / page.width;
  const y = (rect.y + rect.height / 2) / page.height;
  return x >= cut.left && x <= 1 - cut.right && y >= cut.top && y <= 1 - cut.bottom;
}

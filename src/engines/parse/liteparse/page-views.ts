import type { ReadPage } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { cropRaster, decodePng, encodePng, type Raster } from '../artifacts/png.ts';
import type { PageView, PageViews, ViewLimits } from '../reader.ts';
import type { DocumentSource } from './document-source.ts';
import type { PageDraft } from './page-draft.ts';
import { screenshot } from './screenshot.ts';
import { wordsOf } from './word-boxes.ts';

/** Below this a page of enormous size shows nothing. */
const LEAST_DPI = 20;
/** Paper is never quite even: less of a difference between two values of a channel is no ink. */
const LEAST_INK = 24;

/** {@link PageViews} of the pages that were shown to them last. */
export interface LitePageViews extends PageViews {
  /** Pages of a slice, some perhaps once more because they were read again. */
  show(drafts: readonly PageDraft[]): void;
  /** Another slice begins. */
  forget(): void;
}

export function createPageViews(source: DocumentSource, options: ParseOptions): LitePageViews {
  const drafts = new Map<number, PageDraft>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    forget: () => drafts.clear(),
    show(shown) {
      for (const draft of shown) drafts.set(draft.pageNumber, draft);
    },
    words: (pageNumber) => wordsOf(drafts.get(pageNumber)?.textItems ?? []),
    draw(page, limits) {
      // One at a time: pages of a TIFF take turns in one file, and pictures are large.
      const drawn = last.then(() => drawPage(page, limits, source, options));
      last = drawn;
      return drawn;
    },
  };
}

/** Never rejects. */
async function drawPage(
  page: ReadPage,
  { dpi: wanted, mostPixels }: ViewLimits,
  source: DocumentSource,
  options: ParseOptions,
): Promise<PageView> {
  const dpi = Math.min(wanted, 72 * Math.sqrt(mostPixels / Math.max(1, page.width * page.height)));
  if (dpi < LEAST_DPI) return { kind: 'failed' };
  // The crop box lies on the page as it is stored, so a page that is cropped is not turned.
  const orientation = options.cropBox ? 0 : (page.originalOrientationAngle ?? 0);
  try {
    const png = await screenshot(source.locate(page.pageNumber), { dpi, orientation }, options);
    if (!png) return { kind: 'failed' };
    return page.source === 'empty' || options.cropBox ? look(png, page, options) : { kind: 'picture', png };
  } catch {
    return { kind: 'failed' };
  }
}

/** Cuts a picture to the crop box, and tells whether a page on which no text was found shows anything. */
function look(png: Buffer, page: ReadPage, { cropBox }: ParseOptions): PageView {
  const whole = decodePng(png);
  const { width, height } = whole;
  const shown = cropBox
    ? cropRaster(whole, {
        x: cropBox.left * width,
        y: cropBox.top * height,
        width: (cropBox.right - cropBox.left) * width,
        height: (cropBox.bottom - cropBox.top) * height,
      })
    : whole;
  if (!shown || (page.source === 'empty' && isBlank(shown))) return { kind: 'blank' };
  return { kind: 'picture', png: cropBox ? encodePng(shown) : png };
}

function isBlank({ pixels, channels }: Raster): boolean {
  for (let index = channels; index < pixels.length; index += 1) {
    const difference = (pixels[index] ?? 0) - (pixels[index % channels] ?? 0);
    if (difference > LEAST_INK || difference < -LEAST_INK) return false;
  }
  return true;
}

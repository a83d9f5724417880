import type { ParseOptions } from '../../../model/parse-options.ts';
import { cropRaster, decodePng, encodePng, type Raster } from '../artifacts/png.ts';
import type { ImageSink } from '../reader.ts';
import type { DocumentSource } from './document-source.ts';
import { readEmbedded } from './embedded-images.ts';
import { toBox } from './geometry.ts';
import { screenshot } from './screenshot.ts';
import type { PageDraft } from './page-draft.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** Resolution of page pictures: print is easily read at it, and a page takes some tens of milliseconds. */
const SCREENSHOT_DPI = 150;
/** Largest page picture: 16 million pixels, four A4 pages at 150 dpi in each direction. */
const MOST_PIXELS = 16_000_000;
/** Below this a page of enormous size shows nothing. */
const LEAST_DPI = 10;
/** Narrower or lower figures, in points, are ornaments. */
const LEAST_FIGURE = 8;

/** What the links of a page's figures lead to. */
export type FigureLinks = ReadonlyMap<DraftBlock, string>;

export interface PictureContext {
  readonly source: DocumentSource;
  readonly options: ParseOptions;
  readonly images: ImageSink;
  readonly warn: (sentence: string) => void;
}

/**
 * Saves the pictures that were asked for of some pages: those inside the document, the pages themselves, and what
 * figures show. Done after and apart from reading the text, so that no picture can cost any of it.
 */
export async function savePictures(
  drafts: readonly PageDraft[],
  context: PictureContext,
): Promise<FigureLinks> {
  const { images } = context;
  const links = new Map<DraftBlock, string>();
  if (images.keeps('embedded')) await readEmbedded(drafts, context, links);
  const wantsPages = images.keeps('screenshot');
  // Pictures that go into the markdown alone are taken as the page shows them, unless the originals are kept anyway.
  const wantsFigures = images.keeps('layout') || (images.inlines && !images.keeps('embedded'));
  for (const draft of wantsPages || wantsFigures ? drafts : []) {
    const figures = wantsFigures ? draft.blocks.filter(isFigure) : [];
    if (!wantsPages && figures.length === 0) continue;
    const picture = await drawPage(draft, context);
    if (!picture) continue;
    const { pageNumber, width, height } = draft;
    if (wantsPages) {
      const box = { x: 0, y: 0, w: width, h: height };
      images.save({ pageNumber, category: 'screenshot', bytes: picture, box });
    }
    if (figures.length > 0) saveFigures(figures, draft, picture, context, links);
  }
  return links;
}

function isFigure({ kind, bbox }: DraftBlock): boolean {
  return kind === 'figure' && bbox !== undefined && bbox.width >= LEAST_FIGURE && bbox.height >= LEAST_FIGURE;
}

async function drawPage(
  { pageNumber, width, height, orientation = 0 }: PageDraft,
  { source, options, warn }: PictureContext,
): Promise<Buffer | undefined> {
  const dpi = Math.min(SCREENSHOT_DPI, 72 * Math.sqrt(MOST_PIXELS / Math.max(1, width * height)));
  if (dpi < LEAST_DPI) {
    warn(
      `Page ${pageNumber} measures ${Math.round(width)} by ${Math.round(height)} points: it has no picture.`,
    );
    return undefined;
  }
  const picture = await screenshot(source.locate(pageNumber), { dpi, orientation }, options);
  if (picture) return picture;
  warn(`Page ${pageNumber} could not be drawn: it has no picture.`);
  return undefined;
}

function saveFigures(
  figures: readonly DraftBlock[],
  { pageNumber, width }: PageDraft,
  picture: Buffer,
  { images, warn }: PictureContext,
  links: Map<DraftBlock, string>,
): void {
  let page: Raster;
  try {
    page = decodePng(picture);
  } catch {
    warn(`The figures of page ${pageNumber} could not be cut out.`);
    return;
  }
  const scale = page.width / width;
  for (const figure of figures) {
    const { bbox } = figure;
    const crop =
      bbox &&
      cropRaster(page, {
        x: bbox.x * scale,
        y: bbox.y * scale,
        width: bbox.width * scale,
        height: bbox.height * scale,
      });
    if (!crop) continue;
    const link = images.save({ pageNumber, category: 'layout', bytes: encodePng(crop), box: toBox(bbox) });
    if (link !== undefined) links.set(figure, link);
  }
}

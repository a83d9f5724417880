import type { Rect, TextItem } from '@llamaindex/liteparse';
import { encodePng } from '../artifacts/png.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { holdsCentre } from './geometry.ts';
import type { GreyPicture } from './grey-picture.ts';
import type { ImageShapes } from './image-shapes.ts';
import { OCR_DPI } from './lite-config.ts';
import { findMissedInk } from './missed-ink.ts';
import { wordsBesides } from './ocr-words.ts';
import type { PageDraft } from './page-draft.ts';
import { isKept, scaleRect } from './page-look.ts';
import { drawableDpi, drawPage, type OcrSettings, recognisePicture, scaleWords } from './recognise.ts';
import { layOutWords } from './lay-out-words.ts';

/** A picture takes up this share of its page before its text is looked for; smaller ones are ornaments and logos. */
const LEAST_SHARE = 0.12;
/** A picture with fewer pixels shows no legible lines. */
const FEWEST_PIXELS = 60_000;
const LOOK_DPI = 72;
/** Lines of print in a picture, by their shape, before it is read. */
const FEWEST_LINES = 3;
const LINE_ASPECT = 6;
const LEAST_CONFIDENCE = 0.7;
const FEWEST_WORDS = 5;
/** Of one page: more stamps than anybody sets. */
const MOST_STAMPS = 12;
/** Of a region's area, the text of one that holds nothing else. */
const FULL = 0.5;

/** The pictures of a typed page that are large enough to hold text of their own. */
export function largePictures(draft: PageDraft, images: () => ImageShapes): readonly Rect[] {
  const area = draft.width * draft.height * LEAST_SHARE;
  const large = draft.blocks.flatMap(({ kind, bbox }) =>
    kind === 'figure' && bbox && bbox.width * bbox.height >= area ? [bbox] : [],
  );
  if (large.length === 0) return [];
  const { sizes, unknown } = images();
  return unknown || sizes.some(({ width, height }) => width * height >= FEWEST_PIXELS) ? large : [];
}

/** Stamps on a typed page (ISO 32000-1, 12.5.6.12): what they say is drawn, and is not in the page's text. */
export function stampsOn(draft: PageDraft, options: Pick<ParseOptions, 'cropBox'>): readonly Rect[] {
  return draft.annotations
    .flatMap(({ subtype, rect }) => (subtype === 'stamp' && rect ? [rect] : []))
    .filter((rect) => isKept(rect, draft, options) && !isTypedOver(rect, draft.textItems))
    .slice(0, MOST_STAMPS);
}

/** Whether a region is full of text already; a stamp may well lie on a line. */
function isTypedOver(region: Rect, items: readonly TextItem[]): boolean {
  let area = 0;
  for (const item of items)
    if (item.text.trim() !== '' && holdsCentre(region, item)) area += item.width * item.height;
  return area > region.width * region.height * FULL;
}

/** Reads what stamps say and puts it at the end of the page. */
export async function readStamps(
  draft: PageDraft,
  stamps: readonly Rect[],
  place: PagePlace,
  settings: OcrSettings,
): Promise<PageDraft> {
  const page = await drawPage(place, { angle: 0, dpi: drawableDpi(draft, OCR_DPI) }, settings.options);
  if (!page) return draft;
  let read = draft;
  for (const stamp of stamps) {
    const words = await readRegion(read, stamp, page, { place, settings });
    if (words.length > 0) read = withWords(read, words, read.blocks.length, settings);
  }
  return read;
}

/**
 * Reads the text inside a typed page's pictures and puts it behind each picture. A look at the page in low resolution
 * tells pictures with lines of print from photographs, which are not read.
 */
export async function readPictureText(
  draft: PageDraft,
  pictures: readonly Rect[],
  place: PagePlace,
  settings: OcrSettings,
): Promise<PageDraft> {
  const small = await drawPage(place, { angle: 0, dpi: drawableDpi(draft, LOOK_DPI) }, settings.options);
  if (!small) return draft;
  const scale = small.width / draft.width;
  const typed = draft.textItems.map((item) => scaleRect(item, scale));
  const lines = findMissedInk(small, typed).filter((line) => line.width >= line.height * LINE_ASPECT);
  const legible = pictures.filter((picture) => {
    const area = scaleRect(picture, scale);
    return lines.filter((line) => holdsCentre(area, line, 0)).length >= FEWEST_LINES;
  });
  if (legible.length === 0) return draft;
  const large = await drawPage(place, { angle: 0, dpi: drawableDpi(draft, OCR_DPI) }, settings.options);
  if (!large) return draft;
  let read = draft;
  for (const picture of legible) read = await readOne(read, picture, large, { place, settings });
  return read;
}

async function readOne(
  draft: PageDraft,
  picture: Rect,
  page: GreyPicture,
  context: { place: PagePlace; settings: OcrSettings },
): Promise<PageDraft> {
  const words = await readRegion(draft, picture, page, context);
  if (words.length < FEWEST_WORDS) return draft;
  const at = draft.blocks.findIndex((block) => block.bbox === picture);
  return withWords(draft, words, at + 1, context.settings);
}

/** Words in a region of a page that its text layer does not have. */
async function readRegion(
  draft: PageDraft,
  region: Rect,
  page: GreyPicture,
  { place, settings }: { place: PagePlace; settings: OcrSettings },
): Promise<TextItem[]> {
  const scale = page.width / draft.width;
  const cut = cutOut(page, scaleRect(region, scale));
  if (!cut) return [];
  const found = await recognisePicture(cut, place, 72 * scale, settings).catch(() => []);
  const placed = scaleWords(found, 1 / scale).map((word) => ({
    ...word,
    x: word.x + cut.x / scale,
    y: word.y + cut.y / scale,
  }));
  return wordsBesides(placed, draft.textItems).filter(
    (word) => (word.confidence ?? 0) >= LEAST_CONFIDENCE && /[\p{L}\p{N}]/u.test(word.text),
  );
}

/** @param at the place of the words among the page's blocks */
function withWords(
  draft: PageDraft,
  words: readonly TextItem[],
  at: number,
  { options }: OcrSettings,
): PageDraft {
  const { text, blocks, textItems } = layOutWords(words, draft, options);
  return {
    ...draft,
    text: `${draft.text.trimEnd()}\n\n${text}`,
    blocks: [...draft.blocks.slice(0, at), ...blocks, ...draft.blocks.slice(at)],
    textItems: [...draft.textItems, ...textItems],
  };
}

function cutOut(
  page: GreyPicture,
  area: Rect,
): { png: Buffer; width: number; x: number; y: number } | undefined {
  const x = Math.max(0, Math.floor(area.x));
  const y = Math.max(0, Math.floor(area.y));
  const width = Math.min(page.width, Math.ceil(area.x + area.width)) - x;
  const height = Math.min(page.height, Math.ceil(area.y + area.height)) - y;
  if (width < 20 || height < 20) return undefined;
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = (y + row) * page.width + x;
    pixels.set(page.pixels.subarray(from, from + width), row * width);
  }
  return { png: encodePng({ width, height, channels: 1, pixels }), width, x, y };
}

import type { Rect } from '@llamaindex/liteparse';
import { encodePng } from '../artifacts/png.ts';
import type { PagePlace } from './document-source.ts';
import type { GreyPicture } from './grey-picture.ts';
import type { ImageShapes } from './image-shapes.ts';
import { OCR_DPI } from './lite-config.ts';
import { findMissedInk } from './missed-ink.ts';
import { wordsBesides } from './ocr-words.ts';
import type { PageDraft } from './page-draft.ts';
import { drawPage, type OcrSettings, recognisePicture, scaleWords } from './recognise.ts';
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
  const small = await drawPage(place, { angle: 0, dpi: LOOK_DPI }, settings.options);
  if (!small) return draft;
  const scale = small.width / draft.width;
  const typed = draft.textItems.map((item) => scaleRect(item, scale));
  const lines = findMissedInk(small, typed).filter((line) => line.width >= line.height * LINE_ASPECT);
  const legible = pictures.filter((picture) => {
    const area = scaleRect(picture, scale);
    return lines.filter((line) => holds(area, line)).length >= FEWEST_LINES;
  });
  if (legible.length === 0) return draft;
  const large = await drawPage(place, { angle: 0, dpi: OCR_DPI }, settings.options);
  if (!large) return draft;
  let read = draft;
  for (const picture of legible) read = await readOne(read, picture, large, { place, settings });
  return read;
}

async function readOne(
  draft: PageDraft,
  picture: Rect,
  page: GreyPicture,
  { place, settings }: { place: PagePlace; settings: OcrSettings },
): Promise<PageDraft> {
  const scale = page.width / draft.width;
  const cut = cutOut(page, scaleRect(picture, scale));
  if (!cut) return draft;
  const found = await recognisePicture(cut, place, OCR_DPI, settings).catch(() => []);
  const placed = scaleWords(found, 1 / scale).map((word) => ({
    ...word,
    x: word.x + cut.x / scale,
    y: word.y + cut.y / scale,
  }));
  const words = wordsBesides(placed, draft.textItems).filter(
    (word) => (word.confidence ?? 0) >= LEAST_CONFIDENCE && /[\p{L}\p{N}]/u.test(word.text),
  );
  if (words.length < FEWEST_WORDS) return draft;
  const { text, blocks, textItems } = layOutWords(words, draft, settings.options);
  const at = draft.blocks.findIndex((block) => block.bbox === picture);
  return {
    ...draft,
    text: `${draft.text.trimEnd()}\n\n${text}`,
    blocks: [...draft.blocks.slice(0, at + 1), ...blocks, ...draft.blocks.slice(at + 1)],
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

function holds(outer: Rect, inner: Rect): boolean {
  const [x, y] = [inner.x + inner.width / 2, inner.y + inner.height / 2];
  return x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
}

function scaleRect({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

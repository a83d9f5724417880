import type { ParsedPage, Rect, TextItem } from '@llamaindex/liteparse';
import { DigitReader } from './digits/digit-reader.ts';
import { findSigns } from './digits/find-signs.ts';
import { FARTHEST, readNumber } from './digits/read-number.ts';
import type { GreyPicture } from './grey-picture.ts';
import { findMissedInk } from './missed-ink.ts';
import { isOcrWord } from './ocr-words.ts';
import { scaleRect, type PageLook } from './page-look.ts';
import { scaleWords } from './recognise.ts';

/** Words of OCR that are surer are left alone: print is what it reads best. */
const SURE = 0.75;
/** The same of numbers, whose digits no word of the language speaks for. Between the two, a reading must be surer. */
const SURE_NUMBER = 0.9;
const SURER = 0.95;
/** Heights of written digits, in points. */
const LEAST_HEIGHT = 7;
const MOST_HEIGHT = 45;
const WIDEST = 260;
/** Places of a page that are looked at, and signs that are read in them: two milliseconds each. */
const MOST_PLACES = 80;
const MOST_SIGNS = 300;
/** How far from its label a number stands, in points: to the right of it, and below it. */
const FARTHEST_BESIDE = 150;
const FARTHEST_BELOW = 30;

/**
 * Numbers written by hand into a printed form. Tesseract knows print alone: of written digits it reads nothing, or
 * something else without being sure. Looks for ink beside and below printed words that OCR has not read, or not surely,
 * and takes it for a number where every sign of it is a digit.
 */
export async function addWrittenNumbers(page: ParsedPage, look: PageLook): Promise<ParsedPage> {
  const sure = page.textItems.filter(isSure);
  const labels = sure.filter((word) => /\p{L}{2}/u.test(word.text));
  const small = labels.length === 0 ? undefined : await look.small();
  if (!small) return page;
  const scale = small.width / page.width;
  const places = findMissedInk(small, scaleWords(sure, scale))
    .map((region) => scaleRect(region, 1 / scale))
    .filter((region) => isSizeOfNumber(region) && look.keeps(region, page))
    .filter((region) => labels.some((label) => isAt(region, label)));
  const picture = places.length === 0 ? undefined : await look.whole();
  if (!picture) return page;
  // A second look: whatever goes wrong in it costs the page nothing.
  const scaleOfWhole = picture.width / page.width;
  const found = await readPlaces(places.slice(0, MOST_PLACES), picture, scaleOfWhole, sure).catch(() => []);
  const items = found.reduce((list, number) => withNumber(list, number), page.textItems);
  return { ...page, textItems: items };
}

/** Words that OCR has read surely, so that nothing else is looked for there. Brackets may be halves of a written 0. */
function isSure(word: TextItem): boolean {
  const least = /^\d{3,}$/.test(word.text) ? SURE_NUMBER : SURE;
  return isOcrWord(word) && (word.confidence ?? 0) >= least && !/^[()[\]{}|\\/]+$/.test(word.text);
}

async function readPlaces(
  places: readonly Rect[],
  picture: GreyPicture,
  scale: number,
  sure: readonly TextItem[],
): Promise<TextItem[]> {
  const reader = await DigitReader.load(MOST_SIGNS);
  const read = scaleWords(sure, scale);
  const digits = read.filter(({ text }) => /^\d+$/.test(text));
  return places.flatMap((place): TextItem[] => {
    const area = scaleRect(grown(place), scale);
    const signs = findSigns(picture, area, place.height * scale).filter(
      (sign) => !read.some((word) => holds(word, sign)),
    );
    const number = readNumber(signs, scaleRect(place, scale), reader);
    if (!number || !isWhole(number, area) || digits.some((word) => goesOn(number, word))) return [];
    const { text, confidence, ...box } = number;
    return [{ text, confidence, words: [], ...scaleRect(box, 1 / scale) }];
  });
}

/** Whether nothing more of the number may stand outside of the area. */
function isWhole({ x, width, height }: Rect, area: Rect): boolean {
  const room = height * FARTHEST;
  return x - room >= area.x - 1 && x + width + room <= area.x + area.width + 1;
}

/** Whether a word that OCR has read surely belongs to the number, so that this would be a part only. */
function goesOn(number: Rect, word: Rect): boolean {
  const gap = Math.max(word.x - (number.x + number.width), number.x - (word.x + word.width));
  const middle = word.y + word.height / 2;
  return gap <= number.height * FARTHEST && middle >= number.y && middle <= number.y + number.height;
}

/**
 * The number instead of words that OCR was not sure of. Where they have separators, as dates and amounts do, they may be
 * right about them, and stay.
 */
function withNumber(items: TextItem[], number: TextItem): TextItem[] {
  if (items.some((item) => item.text === number.text && holds(number, item))) return items;
  const doubted = items.filter((item) => isOcrWord(item) && !isSure(item) && holds(number, item));
  if (doubted.some(({ text }) => /\d[/.,:-]\d/.test(text))) return items;
  const { confidence: sure = 0 } = number;
  if (sure < SURER && doubted.some((word) => /\d/.test(word.text) && (word.confidence ?? 0) >= SURE))
    return items;
  return [...items.filter((item) => !doubted.includes(item)), number];
}

function isSizeOfNumber({ width, height }: Rect): boolean {
  return height >= LEAST_HEIGHT && height <= MOST_HEIGHT && width >= height * 0.5 && width <= WIDEST;
}

/** Whether the region stands where the value of such a label would. */
function isAt(region: Rect, label: Rect): boolean {
  const middle = region.y + region.height / 2;
  const right = label.x + label.width;
  const isBeside =
    region.x >= right - 2 &&
    region.x - right <= FARTHEST_BESIDE &&
    middle >= label.y - label.height &&
    middle <= label.y + label.height * 2.5;
  const isBelow =
    region.y >= label.y &&
    region.y - (label.y + label.height) <= FARTHEST_BELOW &&
    middle > label.y + label.height &&
    region.x < right + FARTHEST_BESIDE &&
    region.x + region.width > label.x;
  return isBeside || isBelow;
}

/** Ink that was found by a coarse look may go on, along its line above all. */
function grown({ x, y, width, height }: Rect): Rect {
  const along = height * (FARTHEST + 1);
  const across = Math.max(4, height * 0.35);
  return { x: x - along, y: y - across, width: width + 2 * along, height: height + 2 * across };
}

/** Whether the middle of one lies in the other. */
function holds(outer: Rect, inner: Rect): boolean {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
}

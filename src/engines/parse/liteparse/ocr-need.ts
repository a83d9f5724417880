import type { PageComplexityStats, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { type ImageShapes, mayShowPage } from './image-shapes.ts';
import type { PageDraft } from './page-draft.ts';

/**
 * LiteParse's complexity pass says which pages are scanned, without text or garbled, but costs a quarter of a
 * whole parse. Its rules on text are simple (fewer than 20 usable bytes; fewer than one vowel in five letters),
 * so pages that cannot meet them are told here from the text at hand, with a margin, and only the rest is asked
 * about. `blank`: nothing at all is drawn on the page.
 */
export type OcrSuspicion = 'none' | 'blank' | 'possible';

const FEWEST_USABLE_CHARACTERS = 40;
/** LiteParse calls a page sparse below 2000 bytes and 15 % of its area. */
const SPARSE_CHARACTERS = 2000;
const SPARSE_SHARE = 0.15;
const FULL_PAGE_SHARE = 0.9;

/** @param images the file's images; asked for only when they matter, because it means reading the file */
export function suspectOcr(page: ParsedPage, images: () => ImageShapes): OcrSuspicion {
  // Comments and form fields are drawn beside the page's content, and their text is in none of its items.
  const hasDrawnAnnotations = page.annotations?.some((annotation) => annotation.subtype !== 'link') ?? false;
  if (page.contentBounds === undefined && page.textItems.length === 0 && !hasDrawnAnnotations) return 'blank';
  const text = measureText(page.textItems);
  if (text.usable < FEWEST_USABLE_CHARACTERS) return 'possible';
  if (text.letters >= 30 && text.vowels * 4 < text.letters) return 'possible';
  // Text over a scan, such as a stamp or hidden catalogue data, hides that the page itself was never read.
  if (text.usable < SPARSE_CHARACTERS && isSparse(page) && fillsPage(page)) {
    return mayShowPage(images(), page) ? 'possible' : 'none';
  }
  return 'none';
}

/** Why a page goes to OCR. For garbled text and images over the page the text layer is kept to compare. */
export type OcrReason = 'no-text' | 'garbled' | 'image-over-page';

/** The verdict on a suspected page, from LiteParse's own measurements. */
export function ocrReason(stats: PageComplexityStats, draft: PageDraft): OcrReason | undefined {
  const reasons = new Set(stats.reasons);
  if (reasons.has('scanned') || reasons.has('no-text')) return 'no-text';
  // The vowel rule only means something for Latin letters: a page in another script that names a few products
  // in Latin ones is not garbled.
  if (reasons.has('garbled') && isMostlyLatin(draft.text)) return 'garbled';
  return reasons.has('sparse-text') && stats.fullPageImage ? 'image-over-page' : undefined;
}

interface TextMeasure {
  /** Characters that LiteParse would count, or fewer. */
  usable: number;
  /** ASCII letters and vowels. */
  letters: number;
  vowels: number;
}

function measureText(items: readonly TextItem[]): TextMeasure {
  const total: TextMeasure = { usable: 0, letters: 0, vowels: 0 };
  for (const item of items) {
    const own = measureString(item.text);
    total.letters += own.letters;
    total.vowels += own.vowels;
    // A Type 3 font has no name and, without a map to Unicode, its text is not to be trusted.
    const isGarbled = own.letters >= 10 && own.vowels * 8 < own.letters;
    if (!isGarbled && item.fontName !== '') total.usable += own.usable;
  }
  return total;
}

function measureString(text: string): TextMeasure {
  let usable = 0;
  let letters = 0;
  let vowels = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    if (isLetter) {
      letters += 1;
      const lower = code | 32;
      if (lower === 97 || lower === 101 || lower === 105 || lower === 111 || lower === 117) vowels += 1;
    }
    // Control characters, the private use area and the replacement character stand for glyphs without meaning.
    if (code >= 32 && code !== 0xfffd && (code < 0xe000 || code > 0xf8ff)) usable += 1;
  }
  return { usable, letters, vowels };
}

function isSparse(page: ParsedPage): boolean {
  let area = 0;
  for (const item of page.textItems) area += item.width * item.height;
  return area < page.width * page.height * SPARSE_SHARE;
}

function fillsPage(page: ParsedPage): boolean {
  const bounds = page.contentBounds;
  return (
    bounds !== undefined &&
    bounds.width > page.width * FULL_PAGE_SHARE &&
    bounds.height > page.height * FULL_PAGE_SHARE
  );
}

function isMostlyLatin(text: string): boolean {
  const latin = text.match(/[A-Za-z]/g)?.length ?? 0;
  const all = text.match(/\p{L}/gu)?.length ?? 0;
  return latin * 2 >= all;
}

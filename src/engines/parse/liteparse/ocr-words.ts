import type { Rect, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines } from './geometry.ts';

/** A box so much taller than its line's is a drop cap or a rule taken for a letter and keeps its own box. */
const TALLEST_RATIO = 2.5;

/** OCR words carry a confidence, text of the text layer does not. */
export function isOcrWord(item: TextItem): boolean {
  return item.confidence !== undefined;
}

/**
 * Gives all OCR words of a line one top and one height. Tesseract's boxes hug the ink, so words without
 * ascenders seem to stand lower and LiteParse's layout makes paragraphs of their own of them.
 */
export function alignOcrLines(items: readonly TextItem[]): TextItem[] {
  const aligned: TextItem[] = items.filter((item) => !isOcrWord(item));
  for (const line of groupIntoLines(items.filter(isOcrWord))) {
    const heights = line.map((word) => word.height).toSorted(ascending);
    const typical = heights[Math.floor(heights.length / 2)] ?? 0;
    const regular = line.filter((word) => word.height <= typical * TALLEST_RATIO);
    const { y, height } = lineExtent(regular);
    for (const word of line) {
      aligned.push(regular.includes(word) ? { ...word, y, height, fontSize: height } : word);
    }
  }
  return aligned;
}

/** Quartiles instead of extremes: one descender or speck must not stretch the whole line. */
function lineExtent(words: readonly Rect[]): { y: number; height: number } {
  const tops = words.map((word) => word.y).toSorted(ascending);
  const bottoms = words.map((word) => word.y + word.height).toSorted(ascending);
  const y = tops[Math.floor((tops.length - 1) / 4)] ?? 0;
  const bottom = bottoms[Math.ceil(((bottoms.length - 1) * 3) / 4)] ?? y;
  return { y, height: Math.max(1, bottom - y) };
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** Confidence of a page, words weighted by their length; undefined without words. */
export function meanConfidence(ocrWords: readonly TextItem[]): number | undefined {
  let sum = 0;
  let weight = 0;
  for (const word of ocrWords) {
    sum += (word.confidence ?? 0) * word.text.length;
    weight += word.text.length;
  }
  return weight > 0 ? Math.round((sum / weight) * 1000) / 1000 : undefined;
}

/**
 * How much was read well: letters of words that were recognised with confidence and lie along the line.
 * Compares orientations of one page, nothing else.
 */
export function legibility(words: readonly TextItem[]): number {
  return words
    .filter((word) => word.text.length >= 3 && (word.confidence ?? 0) >= 0.7 && word.width >= word.height)
    .reduce((sum, word) => sum + word.text.length * (word.confidence ?? 0), 0);
}

/** Whether the page may be turned: little confidence, or long words that stand upright. */
export function looksTurned(words: readonly TextItem[]): boolean {
  if (words.length < 3) return false;
  const long = words.filter((word) => word.text.length >= 4);
  const upright = long.filter((word) => word.height > word.width * 1.5);
  if (long.length >= 3 && upright.length > long.length / 2) return true;
  return (meanConfidence(words) ?? 1) < 0.7;
}

/**
 * Share of the words of `text` that `other` has too. A garbled text layer shares next to none with what OCR reads;
 * a sound one that only looked garbled (part lists, codes) shares most. 1 when there is nothing to compare.
 */
export function agreement(text: string, other: string): number {
  const known = new Set(wordsOf(other));
  const own = wordsOf(text);
  return own.length === 0 ? 1 : own.filter((word) => known.has(word)).length / own.length;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
}

/** OCR words that lie on no item of the text layer, give or take two points. */
export function wordsBesides(ocrWords: readonly TextItem[], items: readonly Rect[]): TextItem[] {
  const slack = 2;
  return ocrWords.filter((word) => {
    return !items.some((item) => {
      const apartX = word.x >= item.x + item.width + slack || word.x + word.width <= item.x - slack;
      const apartY = word.y >= item.y + item.height + slack || word.y + word.height <= item.y - slack;
      return !apartX && !apartY;
    });
  });
}

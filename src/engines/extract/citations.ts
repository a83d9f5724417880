import type { Evidence } from './candidates/candidate.ts';
import type { Citation } from './extraction.ts';
import { boxAround } from './layout/lines.ts';
import type { ParsedPage, PlacedWord } from './parsed-document.ts';

/** Citations of what was found: one for each page, with a box for each stretch of text. */
export function citationsOf(
  evidence: readonly Evidence[],
  pageByNumber: ReadonlyMap<number, ParsedPage>,
): Citation[] {
  const byPage = new Map<number, Evidence[]>();
  for (const one of evidence) {
    const page = one.segment.pageNumber;
    byPage.set(page, [...(byPage.get(page) ?? []), one]);
  }
  return [...byPage].map(([page, parts]): Citation => {
    const { width = 0, height = 0 } = pageByNumber.get(page) ?? {};
    return {
      page,
      matchingText: parts.map(({ segment, start, end }) => segment.text.slice(start, end).trim()).join(' '),
      boxes: parts.flatMap((part) => boxesOf(part)),
      ...(width > 0 && height > 0 && { pageSize: { width, height } }),
    };
  });
}

/**
 * How surely what was found was read, 0 to 1: what OCR says of its words, or of their page where that is less. 1 where
 * nothing was read by OCR.
 */
export function readConfidence(
  evidence: readonly Evidence[],
  pageByNumber: ReadonlyMap<number, ParsedPage>,
): number {
  const pages = evidence.map(({ segment }) => pageByNumber.get(segment.pageNumber)?.confidence ?? 1);
  let [sum, letters] = [0, 0];
  for (const { text, confidence } of evidence.flatMap(wordsIn)) {
    if (confidence === undefined) continue;
    sum += confidence * text.length;
    letters += text.length;
  }
  return Math.min(1, ...pages, letters > 0 ? sum / letters : 1);
}

/** The words that the stretch touches. */
function wordsIn({ segment, start, end }: Evidence): PlacedWord[] {
  const touched: PlacedWord[] = [];
  let at = 0;
  for (const word of segment.words) {
    if (at < end && at + word.text.length > start) touched.push(word);
    at += word.text.length + 1;
  }
  return touched;
}

/** The box of the words that the stretch touches, or of the item it is in. */
function boxesOf(evidence: Evidence): { x: number; y: number; w: number; h: number }[] {
  const { segment } = evidence;
  if (segment.words.length === 0) return segment.around.map(({ x, y, w, h }) => ({ x, y, w, h }));
  const touched = wordsIn(evidence);
  if (touched.length === 0) return [];
  const { x, y, w, h } = boxAround(touched);
  return [{ x: round(x), y: round(y), w: round(w), h: round(h) }];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import type { Rect, TextItem } from '@llamaindex/liteparse';
import type { Word } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { toBox } from './geometry.ts';

/** Whether anything was asked for that tells where each word stands. */
export function wantsWords({ artifacts }: Pick<ParseOptions, 'artifacts'>): boolean {
  return artifacts.additionalOutputs.has('word_bbox') || artifacts.granularBoxes.size > 0;
}

/**
 * Words and their places. A run of text carries the boxes of its words; where it does not, as with words that OCR
 * gave in one piece, its box is shared out by letters.
 */
export function wordsOf(textItems: readonly TextItem[]): Word[] {
  return textItems
    .flatMap((item) => {
      const words = item.words && item.words.length > 0 ? item.words : shareOut(item);
      return words.map(({ text, ...place }): Word => {
        const { confidence } = item;
        return {
          text,
          box: toBox(place),
          ...(confidence !== undefined && { confidence: hundredths(confidence) }),
        };
      });
    })
    .filter((word) => word.text.trim() !== '');
}

function shareOut({ text, x, y, width, height }: TextItem): (Rect & { text: string })[] {
  const letter = width / Math.max(1, text.length);
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    return { text: word, x: x + letter * index, y, width: letter * word.length, height };
  });
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

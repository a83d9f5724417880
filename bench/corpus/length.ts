import type { Random } from '../../scripts/documents/random.ts';

export const MOST_PAGES = 20;

/**
 * Pages of a document, 1 to 20: most are short and a few are long, as in an office's files. The cube of a
 * uniform draw has the mean 1/4, so documents have about 5.5 pages in the mean and 3 in the middle.
 */
export function drawPageCount(random: Random): number {
  return 1 + Math.floor(random.next() ** 3 * MOST_PAGES);
}

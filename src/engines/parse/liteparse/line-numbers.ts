import type { Rect, TextItem } from '@llamaindex/liteparse';
import type { LineNumber } from '../../../model/document.ts';

/** A number printed beside a line, and the line's text. */
export interface NumberedLine {
  readonly number: string;
  readonly text: string;
}

/** Fewer numbers under each other are no line numbers. */
const FEWEST = 4;
/** A page with more numbers is a table. */
const MOST_CANDIDATES = 500;
/** Line numbers stand in one column, left or right aligned, give or take so many points. */
const COLUMN_SLACK = 3;

interface Candidate extends Rect {
  readonly item: TextItem;
  readonly value: number;
}

/**
 * Takes the line numbers out of a page's text, as transcripts, briefs and patents have them: numbers under each other
 * at the left of everything else, counting by ones, fives or any other even step.
 * @returns the remaining text and the numbered lines, from top to bottom; undefined when there are none
 */
export function takeLineNumbers(
  items: readonly TextItem[],
): { readonly items: TextItem[]; readonly lines: readonly NumberedLine[] } | undefined {
  const candidates = items.flatMap(candidate);
  const numbers = candidates.length > MOST_CANDIDATES ? [] : longestCount(candidates);
  if (numbers.length < FEWEST) return undefined;
  const edge = Math.max(...numbers.map((number) => number.x + number.width));
  const [top, bottom] = [numbers[0]?.y ?? 0, (numbers.at(-1)?.y ?? 0) + (numbers.at(-1)?.height ?? 0)];
  const taken = new Map(numbers.map((number) => [number.item, number]));
  const rest = items.flatMap((item) => {
    if (!taken.has(item)) return [item];
    const remaining = withoutFirstWord(item);
    return remaining ? [remaining] : [];
  });
  const beside = rest.filter(
    (item) => item.y + item.height > top && item.y < bottom && item.text.trim() !== '',
  );
  // Something stands to the left of the numbers: they are a column of a table or of a list.
  if (beside.some((item) => item.x < edge - COLUMN_SLACK)) return undefined;
  const lines = numbers.map((number) => ({ number: String(number.value), text: textBeside(number, rest) }));
  return { items: rest, lines };
}

function candidate(item: TextItem): Candidate[] {
  if ((item.rotation ?? 0) !== 0) return [];
  const first = item.words?.[0];
  const text = (first?.text ?? item.text).trim();
  if (!/^\d{1,5}$/.test(text) || (first === undefined && text !== item.text.trim())) return [];
  const { x, width } = first ?? item;
  return [{ item, value: Number(text), x, width, y: item.y, height: item.height }];
}

/** The longest run of one column that counts evenly downwards. */
function longestCount(candidates: readonly Candidate[]): Candidate[] {
  let best: Candidate[] = [];
  for (const seed of candidates) {
    const column = candidates
      .filter(
        (other) =>
          Math.abs(other.x - seed.x) <= COLUMN_SLACK ||
          Math.abs(other.x + other.width - seed.x - seed.width) <= COLUMN_SLACK,
      )
      .toSorted((a, b) => a.y - b.y);
    const from = column.indexOf(seed);
    const step = (column[from + 1]?.value ?? seed.value) - seed.value;
    if (step <= 0) continue;
    let to = from + 1;
    while ((column[to]?.value ?? -1) === (column[to - 1]?.value ?? 0) + step) to += 1;
    if (to - from > best.length) best = column.slice(from, to);
  }
  return best;
}

function withoutFirstWord(item: TextItem): TextItem | undefined {
  const words = item.words?.slice(1) ?? [];
  const [first] = words;
  if (!first) return undefined;
  return {
    ...item,
    text: words.map((word) => word.text).join(' '),
    x: first.x,
    width: item.x + item.width - first.x,
    words,
  };
}

function textBeside(number: Rect, items: readonly TextItem[]): string {
  const middle = number.y + number.height / 2;
  return items
    .filter((item) => item.y <= middle && item.y + item.height >= middle && item.x >= number.x)
    .toSorted((a, b) => a.x - b.x)
    .map((item) => item.text.trim())
    .join(' ');
}

/**
 * Finds numbered lines again in a page's markdown.
 * @returns where each line's text starts and ends, in UTF-16 units of `markdown`; lines that the markdown does not hold
 * in one piece are left out
 */
export function placeLineNumbers(lines: readonly NumberedLine[], markdown: string): LineNumber[] {
  const places: number[] = [];
  let letters = '';
  for (const match of markdown.matchAll(/[\p{L}\p{N}]/gu)) {
    letters += match[0];
    for (let unit = 0; unit < match[0].length; unit += 1) places.push(match.index + unit);
  }
  const found: LineNumber[] = [];
  let cursor = 0;
  for (const { number, text } of lines) {
    const wanted = (text.match(/[\p{L}\p{N}]/gu) ?? []).join('');
    const at = wanted === '' ? -1 : letters.indexOf(wanted, cursor);
    if (at < 0) continue;
    cursor = at + wanted.length;
    found.push({ lineNumber: number, startIndex: places[at] ?? 0, endIndex: (places[cursor - 1] ?? 0) + 1 });
  }
  return found;
}

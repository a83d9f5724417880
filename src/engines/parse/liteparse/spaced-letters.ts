import type { TextItem } from '@llamaindex/liteparse';

/**
 * Words that were set with wide steps between their letters, as headings often are: PDFium reads every letter as a word
 * (`R E S U L T S`). The steps between letters are alike, and those between words are wider.
 */

const FEWEST_LETTERS = 5;
/** Of the parts of a run, single letters, and those of one or two: where kerning brings two together they are read as one. */
const LEAST_SINGLE = 0.5;
const LEAST_SHORT = 0.9;
/** In heights of print: wider steps are between columns. Kerning makes some narrower than nothing. */
const WIDEST_STEP = 0.6;
const NARROWEST_STEP = -0.1;
/** Steps between letters differ by no more; a step between words is at least so much wider, and by so many heights. */
const ALIKE = 1.5;
const WIDER = 1.6;
const LEAST_DIFFERENCE = 0.08;

/** Whether a run of text looks as if its letters were spaced. */
export function isSpaced({ text }: Pick<TextItem, 'text'>): boolean {
  // Most runs are told by their second sign.
  if (text[1] !== ' ') return false;
  const parts = text.trim().split(/\s+/);
  const letters = parts.filter((part) => SINGLE.test(part));
  return (
    letters.length >= Math.max(FEWEST_LETTERS, parts.length * LEAST_SINGLE) &&
    parts.filter((part) => SHORT.test(part)).length >= parts.length * LEAST_SHORT &&
    !isAlphabet(letters)
  );
}

const SINGLE = /^\p{L}$/u;
const SHORT = /^\p{L}{1,2}$/u;

/** Signs that follow each other in the alphabet are an index, not a word. */
function isAlphabet(letters: readonly string[]): boolean {
  return letters.every((letter, index) => index === 0 || letter > (letters[index - 1] ?? ''));
}

/** The run with its words whole; as it is where the steps do not tell words from letters. */
export function joinSpaced(item: TextItem): TextItem {
  const { words = [], height } = item;
  if (!isSpaced(item) || height <= 0) return item;
  const steps = words.slice(1).map((word, index) => {
    const before = words[index];
    return before ? (word.x - before.x - before.width) / height : 0;
  });
  const narrowest = Math.min(...steps);
  if (narrowest < NARROWEST_STEP || narrowest > WIDEST_STEP) return item;
  const most = Math.max(narrowest * ALIKE, narrowest + LEAST_DIFFERENCE);
  const widest = Math.max(...steps.filter((step) => step <= most));
  const between = Math.max(widest * WIDER, widest + LEAST_DIFFERENCE);
  const isTold = steps.every((step) => step <= most || step >= between);
  if (!isTold || steps.filter((step) => step <= most).length < FEWEST_LETTERS - 1) return item;
  const text = words
    .map((word, index) => `${(steps[index - 1] ?? 0) > most ? ' ' : ''}${word.text}`)
    .join('');
  return { ...item, text: text.trim(), words: [] };
}

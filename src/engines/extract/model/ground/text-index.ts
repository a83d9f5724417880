import type { Evidence } from '../../candidates/candidate.ts';
import type { Segment } from '../../layout/lines.ts';
import type { ParsedPage } from '../../parsed-document.ts';

/** A word of the document, folded, and where it is. */
interface Token {
  readonly text: string;
  readonly segment: Segment;
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** Scripts without spaces are taken sign by sign. */
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])[\p{L}\p{N}])+/gu;
const LONGEST_WORD = 64;
/** Places of a value that are told, and words that are tried as its beginning. */
const MOST_PLACES = 1_000;
const MOST_STARTS = 5_000;
/** Lines below in which a text in a column may go on. */
const LINES_BELOW = 3;

/** The words of some pages, to find texts by: whatever their case, accents, signs and spaces, but with whole words. */
export class TextIndex {
  readonly #pages: ReadonlyMap<number, ParsedPage>;
  readonly #tokens: Token[] = [];
  readonly #byText = new Map<string, number[]>();
  /** The first word of each segment. */
  readonly #firstOf = new Map<Segment, number>();

  constructor(pages: readonly ParsedPage[]) {
    this.#pages = new Map(pages.map((page) => [page.pageNumber, page]));
    for (const page of pages) {
      for (const { segments } of page.lines) for (const segment of segments) this.#add(segment);
      for (const segment of fieldSegments(page)) this.#add(segment);
    }
  }

  get segments(): Iterable<Segment> {
    return this.#firstOf.keys();
  }

  /** Places where the text stands, in the document's order. */
  find(text: string): Evidence[][] {
    const wanted = compact(text);
    if (wanted === '') return [];
    const places: Evidence[][] = [];
    let tried = 0;
    for (let length = Math.min(LONGEST_WORD, wanted.length); length > 0; length -= 1) {
      for (const start of this.#byText.get(wanted.slice(0, length)) ?? []) {
        tried += 1;
        if (tried > MOST_STARTS || places.length >= MOST_PLACES) return places;
        const run = this.#follow(start, wanted);
        if (run) places.push(evidenceOf(run));
      }
    }
    return places;
  }

  #add(segment: Segment): void {
    const words = [...segment.text.matchAll(WORD)];
    for (const [index, match] of words.entries()) {
      const text = compact(match[0]);
      if (text === '') continue;
      const at = this.#tokens.length;
      const end = match.index + match[0].length;
      this.#tokens.push({ text, segment, start: match.index, end, isLast: index === words.length - 1 });
      if (!this.#firstOf.has(segment)) this.#firstOf.set(segment, at);
      const known = this.#byText.get(text);
      if (known) known.push(at);
      else this.#byText.set(text, [at]);
    }
  }

  /** The words from here on that together make the text; undefined where they make another. */
  #follow(start: number, wanted: string): Token[] | undefined {
    const run: Token[] = [];
    let made = 0;
    let next: number | undefined = start;
    while (next !== undefined) {
      const token: Token | undefined = this.#tokens[next];
      if (!token) return undefined;
      run.push(token);
      made += token.text.length;
      if (made === wanted.length) return run;
      next = this.#nexts(next, token).find((at) => wanted.startsWith(this.#tokens[at]?.text ?? '\0', made));
    }
    return undefined;
  }

  /** Where a text may go on: with the next word, or at the beginning of what stands below. */
  #nexts(at: number, token: Token): number[] {
    const next = this.#tokens[at + 1];
    const nexts = next?.segment.pageNumber === token.segment.pageNumber ? [at + 1] : [];
    return token.isLast ? [...nexts, ...this.#below(token.segment)] : nexts;
  }

  #below({ pageNumber, lineIndex, box }: Segment): number[] {
    const lines = this.#pages.get(pageNumber)?.lines.slice(lineIndex + 1, lineIndex + 1 + LINES_BELOW) ?? [];
    return lines.flatMap(({ segments }) =>
      segments
        .filter((one) => one.box.x < box.x + box.w && box.x < one.box.x + one.box.w)
        .flatMap((one) => this.#firstOf.get(one) ?? []),
    );
  }
}

/** Small letters and digits without accents, one behind the other. */
export function compact(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function evidenceOf(run: readonly Token[]): Evidence[] {
  const evidence: { segment: Segment; start: number; end: number }[] = [];
  for (const { segment, start, end } of run) {
    const last = evidence.at(-1);
    if (last?.segment === segment) last.end = end;
    else evidence.push({ segment, start, end });
  }
  return evidence;
}

/** What form fields hold is not always drawn on the page. */
function fieldSegments({ pageNumber, fields }: ParsedPage): Segment[] {
  return fields.flatMap((field): Segment[] => {
    const text = Array.isArray(field.value) ? field.value.join(', ') : field.value;
    if (typeof text !== 'string' || text.trim() === '') return [];
    const [box = { x: 0, y: 0, w: 0, h: 0 }] = field.boxes;
    return [{ text, pageNumber, lineIndex: -1, index: 0, box, words: [], around: field.boxes }];
  });
}

import type { Evidence } from '../../candidates/candidate.ts';
import type { Segment } from '../../layout/lines.ts';
import { readCurrency } from '../../values/currencies.ts';
import { findDates } from '../../values/dates.ts';
import { findNumbers } from '../../values/numbers.ts';
import type { Notation } from '../../values/read-value.ts';
import type { CoercedScalar } from '../coerce-scalar.ts';
import { compact, type TextIndex } from './text-index.ts';

/** A place in the document that says a value. */
export interface Finding {
  readonly evidence: readonly Evidence[];
  /** Letter by letter; in another notation or case; or in pieces that stand apart. */
  readonly likeness: 'exact' | 'equivalent' | 'pieces';
}

/** What is to be found. */
export interface Sought extends CoercedScalar {
  readonly isDate: boolean;
  readonly isCurrency: boolean;
}

/** A column may say the same in every row. */
const MOST_FINDINGS = 2_000;
const MOST_PIECES = 8;

/** Finds values in some pages, in whatever notation the pages have them. Numbers and dates are read once, when needed. */
export class ValueFinder {
  readonly #texts: TextIndex;
  readonly #notation: Notation;
  readonly #found = new Map<string, readonly Finding[]>();
  #numbers: Map<string, Finding[]> | undefined;
  #dates: Map<string, Finding[]> | undefined;

  constructor(texts: TextIndex, notation: Notation) {
    this.#texts = texts;
    this.#notation = notation;
  }

  /** Places of a value, those that say it letter by letter first, each kind in the document's order. */
  find(sought: Sought): readonly Finding[] {
    const key = JSON.stringify([sought.value, sought.written, sought.isDate, sought.isCurrency]);
    const known = this.#found.get(key);
    if (known) return known;
    const found = this.#look(sought).slice(0, MOST_FINDINGS);
    this.#found.set(key, found);
    return found;
  }

  #look(sought: Sought): readonly Finding[] {
    const { value, written } = sought;
    if (typeof value === 'boolean') return [];
    if (typeof value === 'number') return this.#number(value);
    const direct = [value, written].flatMap((text, index) =>
      index === 0 || text !== value ? this.#text(text) : [],
    );
    if (direct.length > 0)
      return ['exact', 'equivalent'].flatMap((kind) => direct.filter(({ likeness }) => likeness === kind));
    if (sought.isDate) return this.#date(value);
    if (sought.isCurrency) return this.#currency(value);
    return this.#pieces(value);
  }

  #text(text: string): Finding[] {
    const bare = text.replace(/^(?:https?:\/\/|mailto:)/i, '').replace(/\/$/, '');
    return this.#texts.find(bare).map((evidence) => {
      const said = evidence.map(({ segment, start, end }) => segment.text.slice(start, end)).join(' ');
      return { evidence, likeness: plain(said) === plain(bare) ? 'exact' : 'equivalent' };
    });
  }

  #number(value: number): readonly Finding[] {
    this.#numbers ??= this.#readNumbers();
    const found =
      this.#numbers.get(keyOf(value)) ??
      this.#numbers.get(`${keyOf(value * 100)}%`) ??
      (value < 0 ? this.#numbers.get(keyOf(-value)) : undefined);
    if (found) return found;
    // Digits inside of what is no number by itself, such as a number with a letter before it.
    return Number.isInteger(value) ? this.#text(String(Math.abs(value))) : [];
  }

  #readNumbers(): Map<string, Finding[]> {
    const numbers = new Map<string, Finding[]>();
    const other = this.#notation.decimalSign === '.' ? ',' : '.';
    for (const [sign, likeness] of [
      [this.#notation.decimalSign, 'exact'],
      [other, 'equivalent'],
    ] as const) {
      const known = new Set(numbers.keys());
      for (const segment of this.#texts.segments) {
        for (const { value, text, index, isPercent } of findNumbers(segment.text, sign)) {
          const finding: Finding = { evidence: [part(segment, index, text)], likeness };
          for (const key of isPercent ? [keyOf(value), `${keyOf(value)}%`] : [keyOf(value)])
            if (!known.has(key)) add(numbers, key, finding);
        }
      }
    }
    return numbers;
  }

  #date(value: string): readonly Finding[] {
    this.#dates ??= this.#readDates();
    return this.#dates.get(value.slice(0, 10)) ?? [];
  }

  /** The other order of day and month counts where this document's own gives nothing. */
  #readDates(): Map<string, Finding[]> {
    const dates = new Map<string, Finding[]>();
    for (const order of [
      this.#notation.dateOrder,
      this.#notation.dateOrder === 'day_first' ? 'month_first' : 'day_first',
    ] as const) {
      const known = new Set(dates.keys());
      const likeness = order === this.#notation.dateOrder ? 'exact' : 'equivalent';
      for (const segment of this.#texts.segments) {
        for (const { iso, text, index } of findDates(segment.text, order))
          if (!known.has(iso)) add(dates, iso, { evidence: [part(segment, index, text)], likeness });
      }
    }
    return dates;
  }

  #currency(value: string): Finding[] {
    const found: Finding[] = [];
    for (const segment of this.#texts.segments) {
      const read = readCurrency(segment.text);
      if (read?.value !== value) continue;
      found.push({ evidence: [part(segment, read.index, read.text)], likeness: 'equivalent' });
      if (found.length >= MOST_FINDINGS) break;
    }
    return found;
  }

  /** `Street 5, 10115 City` of a document that has the two apart: every piece must be there, on one page. */
  #pieces(value: string): Finding[] {
    const pieces = value.split(/[,;\n]+/).filter((piece) => compact(piece) !== '');
    if (pieces.length < 2 || pieces.length > MOST_PIECES) return [];
    const places = pieces.map((piece) => this.#texts.find(piece));
    for (const [first] of places[0] ?? []) {
      const page = first?.segment.pageNumber;
      const here = places.map((found) => found.find(([one]) => one?.segment.pageNumber === page));
      if (here.every((one) => one !== undefined)) return [{ evidence: here.flat(), likeness: 'pieces' }];
    }
    return [];
  }
}

function part(segment: Segment, index: number, text: string): Evidence {
  return { segment, start: index, end: index + text.length };
}

function add(map: Map<string, Finding[]>, key: string, finding: Finding): void {
  const known = map.get(key);
  if (known) known.push(finding);
  else map.set(key, [finding]);
}

/** Equal for numbers that differ by the rounding of binary fractions alone. */
function keyOf(value: number): string {
  return String(Number(value.toFixed(6)));
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

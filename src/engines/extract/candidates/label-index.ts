import type { Segment } from '../layout/lines.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { isGeneric, isKnownMeaning, meaningsOf, weightOf } from '../vocabulary/words.ts';
import type { Phrase } from '../vocabulary/synonyms.ts';

/** A part of a segment that could be a label. */
export interface Label {
  readonly segment: Segment;
  readonly pageIndex: number;
  readonly meanings: ReadonlySet<string>;
  /** Where in the segment's text a value could begin; its length where the label is all there is. */
  readonly valueStart: number;
  /** A colon ends it; it is the whole segment; or the segment goes on behind it. */
  readonly form: 'colon' | 'whole' | 'prefix';
}

export interface LabelMatch {
  readonly label: Label;
  /** 0 to 1. */
  readonly score: number;
}

/** The longest label, in words; longer runs are prose. */
const MOST_WORDS = 9;
const MOST_PREFIX_WORDS = 5;
/** The same in letters. */
const LONGEST_LABEL = 140;
/** Longer segments that begin with a small letter are pieces of sentences. */
const SHORT_SEGMENT = 30;
/** What a word that the field does not have costs, beside one that it lacks. */
const EXTRA = 0.65;
const UNKNOWN_WEIGHT = 0.8;
/** What a word like `number` costs that a label leaves out: `Contract` for the contract's number. */
const UNSAID = 0.12;
/** Below this a label does not name the field. */
const WEAKEST_LABEL = 0.5;
const CONTRARY = new Set(['number', 'id', 'code', 'date']);
const ENUMERATOR = /^\s*(?:\(?\d{1,2}[.)]|\(?[a-z][.)])\s+/i;

/** Every label of a document, found by what its words mean. Built in one pass. */
export class LabelIndex {
  readonly #byMeaning = new Map<string, Label[]>();

  constructor(document: ParsedDocument) {
    for (const [pageIndex, page] of document.pages.entries()) {
      for (const line of page.lines) {
        for (const segment of line.segments) {
          for (const label of labelsOf(segment, pageIndex)) this.#add(label);
        }
      }
    }
  }

  /** Labels that name a field, best first within each page; of each label only the phrase that fits it best. */
  find(phrases: readonly Phrase[]): LabelMatch[] {
    const best = new Map<Label, number>();
    for (const phrase of phrases) {
      const rarest = phrase.meanings.toSorted(
        (a, b) => weightOf(b) - weightOf(a) || this.#count(a) - this.#count(b),
      )[0];
      for (const label of this.#byMeaning.get(rarest ?? '') ?? []) {
        const score =
          alike(label.meanings, phrase.meanings) * phrase.sure * (label.form === 'prefix' ? 0.93 : 1);
        if (score >= WEAKEST_LABEL && score > (best.get(label) ?? 0)) best.set(label, score);
      }
    }
    return [...best].map(([label, score]) => ({ label, score }));
  }

  #count(meaning: string): number {
    return this.#byMeaning.get(meaning)?.length ?? 0;
  }

  #add(label: Label): void {
    for (const meaning of label.meanings) {
      const labels = this.#byMeaning.get(meaning);
      if (labels) labels.push(label);
      else this.#byMeaning.set(meaning, [label]);
    }
  }
}

/** What two wordings share, of what both say: 1 when they mean the same. */
export function alike(label: ReadonlySet<string>, phrase: readonly string[]): number {
  let shared = 0;
  let missing = 0;
  let extra = 0;
  const otherKind = [...label].some((meaning) => isGeneric(meaning) && !phrase.includes(meaning));
  for (const meaning of phrase) {
    if (label.has(meaning)) shared += weightOf(meaning);
    else missing += isGeneric(meaning) && !otherKind ? UNSAID : weightOf(meaning);
  }
  if (shared === 0) return 0;
  for (const meaning of label) {
    if (!phrase.includes(meaning)) extra += extraWeight(meaning);
  }
  return shared / (shared + missing + EXTRA * extra);
}

/** A word too many makes a label one of something else: `Customer number` does not name the customer. */
function extraWeight(meaning: string): number {
  if (CONTRARY.has(meaning)) return 0.9;
  if (meaning === 'percent' || /^\d+$/.test(meaning)) return 0.15;
  if (isKnownMeaning(meaning)) return weightOf(meaning);
  return meaning.length <= 2 ? 0.3 : UNKNOWN_WEIGHT;
}

function labelsOf(segment: Segment, pageIndex: number): Label[] {
  const { text } = segment;
  const labels: Label[] = [];
  const from = ENUMERATOR.exec(text)?.[0].length ?? 0;
  const add = (written: string, valueStart: number, form: Label['form']): void => {
    for (const part of alternatives(written)) {
      const all = meaningsOf(part);
      const meanings = new Set(/\?\s*$/.test(part) ? all.filter((one) => isKnownMeaning(one)) : all);
      if (meanings.size > 0 && meanings.size <= MOST_WORDS)
        labels.push({ segment, pageIndex, meanings, valueStart, form });
    }
  };
  const colons = colonLabels(text, from);
  for (const { label, end } of colons) add(label, end, 'colon');
  if (text.length > LONGEST_LABEL) return labels;
  const words = [...text.slice(from).matchAll(/\S+/g)];
  if (words.length <= MOST_WORDS && !/[:：]/.test(text.slice(0, -1)))
    add(text.slice(from), text.length, 'whole');
  if (colons.length > 0 || (text.length > SHORT_SEGMENT && /^\p{Ll}/u.test(text))) return labels;
  for (let count = 1; count <= Math.min(MOST_PREFIX_WORDS, words.length - 1); count += 1) {
    const last = words[count - 1];
    const next = words[count];
    if (!last || !next || !endsLabel(last[0], next[0])) continue;
    add(text.slice(from, from + last.index + last[0].length), from + next.index, 'prefix');
  }
  return labels;
}

/** A label may end between these words: the first belongs to labels, and a value could begin with the second. */
function endsLabel(last: string, next: string): boolean {
  const [meaning] = meaningsOf(last).toReversed();
  const [following] = /\d/.test(next) || next === next.toUpperCase() ? [] : meaningsOf(next);
  const goesOn = following !== undefined && isKnownMeaning(following) && !isGeneric(following);
  return meaning !== undefined && isKnownMeaning(meaning) && !goesOn && /^[\p{L}\d$€£(+*"“'-]/u.test(next);
}

/** `Contract / Revision` names two things; each part is a label, and so is the whole. */
function alternatives(written: string): string[] {
  const parts = written.split(/\s?\/\s?|\s?[|(]\s?/).filter((part) => /\p{L}{3}/u.test(part));
  return parts.length > 1 && parts.length <= 3 ? [written, ...parts] : [written];
}

function colonLabels(text: string, from: number): { label: string; end: number }[] {
  const found: { label: string; end: number }[] = [];
  let begin = from;
  for (const match of text.matchAll(/[:：](?!\d|\/\/)/g)) {
    if (found.length === 4 || match.index < begin) break;
    const before = text.slice(begin, match.index).trim();
    const words = before.split(/\s+/);
    const label = words.length <= MOST_WORDS && before.length <= 80 ? before : words.slice(-3).join(' ');
    if (label !== '') found.push({ label, end: match.index + 1 });
    begin = match.index + 1;
  }
  return found;
}

/** A few words in which labels deal, though not all are known: a label where what stands below it is a value. */
export function couldBeLabel(text: string): boolean {
  if (looksLikeLabel(text)) return true;
  if (/\d/.test(text.replace(/\d\/\d/, '')) || text.length > 40) return false;
  const meanings = meaningsOf(text);
  const known = meanings.filter((meaning) => isKnownMeaning(meaning)).length;
  return meanings.length <= 4 && known * 2 >= meanings.length && known > 0;
}

/** Whether a segment looks like a label rather than a value: then what is sought stands elsewhere. */
export function looksLikeLabel(text: string): boolean {
  if (text.length > LONGEST_LABEL) return false;
  const bare = text.replace(ENUMERATOR, '');
  if (/[:：]\s*$/.test(bare)) return true;
  const words = bare.match(/\S+/g) ?? [];
  if (words.length === 0 || words.length > MOST_WORDS) return false;
  const meanings = meaningsOf(bare.split(/[:：]/, 1)[0] ?? '');
  const known = meanings.filter((meaning) => isKnownMeaning(meaning)).length;
  if (/[:：]/.test(bare)) return known > 0 && known >= meanings.length / 2;
  if (bare !== text && known > 0) return true;
  if (/\d/.test(bare.replace(/\d\/\d/, ''))) return false;
  return meanings.length > 0 && known === meanings.length && meanings.some((one) => weightOf(one) >= 0.3);
}

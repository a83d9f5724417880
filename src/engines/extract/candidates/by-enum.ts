import type { FieldSpec } from '../fields/field-spec.ts';
import type { Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { foldText } from '../vocabulary/words.ts';
import type { Candidate } from './candidate.ts';
import { placesOf } from './value-places.ts';

/** How sure a permitted value is that stands at the field's label. */
const AT_LABEL = 0.95;
const MOST_LABELS = 30;
/** Longer segments are prose: that a word is in one says little. */
const LONGEST_SEGMENT = 200;

interface Choice {
  readonly value: string;
  readonly words: readonly string[];
}

/** Which of the permitted values a document shows: at the field's label, or else where it stands out. */
export function candidatesByEnum(spec: FieldSpec, reading: Reading): Candidate[] {
  const choices = (spec.schema.enum ?? [])
    .filter((value) => typeof value === 'string')
    .map((value): Choice => ({ value, words: wordsOf(value) }))
    .filter((choice) => choice.words.length > 0)
    .toSorted((a, b) => b.words.length - a.words.length);
  const found = [...atLabels(spec, choices, reading), ...inText(choices, reading)];
  return found.toSorted((a, b) => b.score - a.score);
}

function wordsOf(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function atLabels(spec: FieldSpec, choices: readonly Choice[], { labels, document }: Reading): Candidate[] {
  const matches = labels
    .find(spec.phrases)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_LABELS);
  return matches.flatMap(({ label, score }) => {
    const page = document.pages[label.pageIndex];
    return (page ? placesOf(label, page) : []).flatMap((place) => {
      const [segment] = place.segments;
      if (boxesIn(place.text).length > 0) return [];
      const choice = choices.find((one) => findWords(wordsOf(place.text), one.words) >= 0);
      if (!choice || !segment) return [];
      const share = choice.words.length / Math.max(1, wordsOf(place.text).length);
      const evidence = [evidenceIn(segment, choice)];
      return [{ value: choice.value, evidence, score: score * place.score * AT_LABEL * (0.7 + 0.3 * share) }];
    });
  });
}

/** A title names a document; a line of its own says more than a word amid a sentence. */
function inText(choices: readonly Choice[], { document }: Reading): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const [pageIndex, page] of document.pages.entries()) {
    const heights = page.lines.map((line) => line.height).toSorted((a, b) => a - b);
    const usual = heights[Math.floor(heights.length / 2)] ?? 1;
    for (const line of page.lines) {
      for (const segment of line.segments) {
        if (segment.text.length > LONGEST_SEGMENT) continue;
        const words = wordsOf(segment.text);
        const boxes = boxesIn(segment.text);
        if (boxes.length > 0) {
          for (const one of ticked(segment, boxes, choices)) best.set(String(one.value), one);
          continue;
        }
        for (const choice of choices) {
          if (findWords(words, choice.words) < 0) continue;
          const share = choice.words.length / words.length;
          const large = segment.box.h > usual * 1.2 ? 0.1 : 0;
          const onTop = pageIndex > 0 ? 0 : segment.box.y < page.height * 0.3 ? 0.15 : 0.04;
          const capital = /^[^a-z]*$/.test(segment.text) || startsLarge(segment.text, choice) ? 0.08 : 0;
          const score = 0.4 + 0.25 * share + large + onTop + capital;
          if (score > (best.get(choice.value)?.score ?? 0)) {
            best.set(choice.value, { value: choice.value, evidence: [evidenceIn(segment, choice)], score });
          }
          break;
        }
      }
    }
  }
  return [...best.values()];
}

const TICKED = 0.93;
/** A box, ticked or not, and the words behind it. */
const BOX = /(☒|☑|✓|✔|☐|□|\[ ?\]|\[[xX✓]\])\s*([^☒☑✓✔☐□[\]]+)/gu;

interface TickBox {
  readonly isTicked: boolean;
  readonly text: string;
  readonly start: number;
}

function boxesIn(text: string): TickBox[] {
  return [...text.matchAll(BOX)].map(({ 1: mark = '', 2: words = '', index: start }) => ({
    isTicked: !/^(?:☐|□|\[ ?\])$/.test(mark),
    text: words.trim(),
    start,
  }));
}

/** The choices behind ticked boxes; those behind empty ones say that it is something else. */
function ticked(segment: Segment, boxes: readonly TickBox[], choices: readonly Choice[]): Candidate[] {
  return boxes.flatMap(({ isTicked, text, start }): Candidate[] => {
    const choice = isTicked ? choices.find((one) => findWords(wordsOf(text), one.words) === 0) : undefined;
    if (!choice) return [];
    const at = segment.text.indexOf(text, start);
    const evidence = [{ segment, start: at, end: at + text.length }];
    return [{ value: choice.value, evidence, score: TICKED }];
  });
}

function startsLarge(text: string, { words }: Choice): boolean {
  const [first = ''] = words;
  const at = foldText(text).indexOf(first);
  return at >= 0 && /\p{Lu}/u.test(text.charAt(at));
}

function evidenceIn(segment: Segment, { words }: Choice): Candidate['evidence'][number] {
  const all = [...segment.text.matchAll(/[\p{L}\p{N}]+/gu)];
  const at = findWords(
    all.map((word) => wordsOf(word[0]).join('')),
    words,
  );
  const first = all[at];
  const last = all[at + words.length - 1];
  if (at < 0 || !first || !last) return { segment, start: 0, end: segment.text.length };
  return { segment, start: first.index, end: last.index + last[0].length };
}

/** Where some words stand in a row among others, a letter read wrongly in long ones forgiven; -1 where nowhere. */
export function findWords(words: readonly string[], wanted: readonly string[]): number {
  for (let at = 0; at + wanted.length <= words.length; at += 1) {
    if (wanted.every((word, offset) => alikeWords(words[at + offset] ?? '', word))) return at;
  }
  return -1;
}

function alikeWords(a: string, b: string): boolean {
  if (a === b) return true;
  if (b.length < 6 || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return Math.max(a.length, b.length) - start - end <= 1;
}

import type { FieldSpec } from '../fields/field-spec.ts';
import type { Reading } from '../reading.ts';
import type { Candidate } from './candidate.ts';
import { placesOf } from './value-places.ts';

const YES = /^(?:yes|ja|oui|true|wahr|vrai|x|☒|☑|✓|✔|\[x\])$/i;
const NO = /^(?:no|nein|non|false|falsch|faux|☐|\[ ?\])$/i;
const TICKED = /^\s*(?:☒|☑|✓|✔|\[[xX✓]\])\s/;
const EMPTY = /^\s*(?:☐|\[ ?\])\s/;
const MOST_LABELS = 30;

/** Yes or no at the field's label, or a box that is ticked or empty before it. */
export function candidatesByMark(spec: FieldSpec, { labels, document }: Reading): Candidate[] {
  const matches = labels
    .find(spec.phrases)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_LABELS);
  return matches.flatMap(({ label, score }) => {
    const { segment } = label;
    const page = document.pages[label.pageIndex];
    if (!page) return [];
    if (TICKED.test(segment.text) || EMPTY.test(segment.text)) {
      const evidence = [{ segment, start: 0, end: segment.text.length }];
      return [{ value: TICKED.test(segment.text), evidence, score: score * 0.92 }];
    }
    return placesOf(label, page).flatMap((place) => {
      const text = place.text.trim();
      const [own] = place.segments;
      if (!own || place.segments.length > 1 || !(YES.test(text) || NO.test(text))) return [];
      const evidence = [{ segment: own, start: place.start, end: place.start + text.length }];
      return [{ value: YES.test(text), evidence, score: score * place.score * 0.95 }];
    });
  });
}

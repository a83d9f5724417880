import type { FieldSpec } from '../fields/field-spec.ts';
import type { Segment } from '../layout/lines.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { findDates } from '../values/dates.ts';
import { readValue, type Notation } from '../values/read-value.ts';
import type { Candidate, Evidence } from './candidate.ts';
import { couldBeLabel, looksLikeLabel, type LabelIndex, type LabelMatch } from './label-index.ts';
import { placesOf, type Place } from './value-places.ts';

/** Labels of a field whose values are read; a running header repeats one on every page. */
const MOST_LABELS = 40;
/** What each further place adds to a value's score, and how many count. */
const REPEATED = 0.04;
const MOST_REPEATS = 3;
/** What it adds where a label of a period has two days. */
const RANGE = 1.15;

/** Values that stand at labels which name the field, the likeliest first. */
export function candidatesByLabel(
  spec: FieldSpec,
  document: ParsedDocument,
  index: LabelIndex,
  notation: Notation,
): Candidate[] {
  const matches = index
    .find(spec.phrases)
    .toSorted((a, b) => b.score - a.score || a.label.pageIndex - b.label.pageIndex);
  const candidates: Candidate[] = [];
  for (const match of matches.slice(0, MOST_LABELS))
    candidates.push(...atLabel(spec, match, document, notation));
  return strengthened(candidates).toSorted((a, b) => b.score - a.score);
}

/** A value that stands at several labels is likelier: OCR seldom makes the same mistake twice. */
function strengthened(candidates: readonly Candidate[]): Candidate[] {
  const places = new Map<string, Set<Segment>>();
  for (const { value, evidence } of candidates) {
    const own = places.get(String(value)) ?? new Set();
    for (const { segment } of evidence) own.add(segment);
    places.set(String(value), own);
  }
  return candidates.map((one) => {
    const more = Math.min(MOST_REPEATS, (places.get(String(one.value))?.size ?? 1) - 1);
    return { ...one, score: one.score * (1 + more * REPEATED) };
  });
}

/** Values at one label. */
export function atLabel(
  spec: FieldSpec,
  match: LabelMatch,
  document: ParsedDocument,
  notation: Notation,
): Candidate[] {
  const page = document.pages[match.label.pageIndex];
  if (!page) return [];
  return placesOf(match.label, page).flatMap((place) => {
    const several = place.segments.length > 1;
    if (isText(spec) ? (several && !place.lines) || looksLikeLabel(place.text) : place.lines) return [];
    if (isText(spec) && match.label.form === 'prefix' && couldBeLabel(place.text)) return [];
    const read = readValue(spec, place.text, notation);
    if (!read) return [];
    const prefix = isText(spec) && match.label.form === 'prefix' ? 0.85 : 1;
    if (isPart(spec) && !namesPart(spec, match)) return [];
    const range =
      spec.end !== undefined && findDates(place.text, notation.dateOrder).length === 2 ? RANGE : 1;
    const score = Math.min(0.99, match.score * place.score * read.fit * prefix * range);
    return [{ value: read.value, evidence: evidenceOf(place, read.index, read.text.length), score }];
  });
}

/** Parts of an address, and the meanings of labels at which they stand. */
const PARTS: Readonly<Partial<Record<FieldSpec['kind'], string>>> = {
  city: 'city',
  street: 'street',
  postcode: 'postal',
  country: 'country',
  state: 'state',
};

function isPart({ kind }: FieldSpec): boolean {
  return PARTS[kind] !== undefined;
}

/** `Ship to` names who gets something, not the street. */
function namesPart({ kind }: FieldSpec, { label }: LabelMatch): boolean {
  // `12 Harbour Road` is a street, and no label of one.
  if (/\d/.test(label.segment.text.slice(0, label.valueStart))) return false;
  return label.meanings.has(PARTS[kind] ?? '') || label.meanings.has('address');
}

function isText(spec: FieldSpec): boolean {
  return ['text', 'name', 'city', 'street', 'country', 'state', 'address'].includes(spec.kind);
}

/** The parts of the place's segments that a stretch of its text lies in. */
export function evidenceOf(place: Place, index: number, length: number): Evidence[] {
  const evidence: Evidence[] = [];
  let at = 0;
  for (const [position, segment] of place.segments.entries()) {
    const offset = position === 0 ? place.start : 0;
    const size = (position === 0 ? segment.text.slice(offset).trimEnd() : segment.text).length;
    const from = Math.max(index, at);
    const to = Math.min(index + length, at + size);
    if (from < to) evidence.push({ segment, start: from - at + offset, end: to - at + offset });
    at += size + 1;
  }
  return evidence;
}

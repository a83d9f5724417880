import type { Candidate } from '../candidates/candidate.ts';
import { looksLikeLabel, type LabelMatch } from '../candidates/label-index.ts';
import { leafOf } from '../decide/choose-values.ts';
import type { ExtractedLeaf } from '../extraction.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import type { Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { withinBounds } from '../values/bounds.ts';
import { readValue } from '../values/read-value.ts';

const BULLET = /^\s*(?:[•●▪◦‣·*–—-]|\(?\d{1,2}[.)])\s+/;
const STRONG_LABEL = 0.75;
const MOST_LINES = 60;
const WIDEST_GAP = 2.6;
const SURE = 0.8;

/** The scalars of a list: the points below its heading, or what commas part behind its label. */
export function extractList(spec: FieldSpec, reading: Reading): ExtractedLeaf[] {
  const [best] = reading.labels
    .find(spec.phrases)
    .filter(({ score, label }) => score >= STRONG_LABEL && label.form !== 'prefix')
    .toSorted((a, b) => b.score - a.score);
  if (!best) return [];
  const inline = behindLabel(spec, best, reading);
  const found = inline.length > 0 ? inline : belowLabel(spec, best, reading);
  return found.map((one) => leafOf(one, reading));
}

function behindLabel(spec: FieldSpec, { label, score }: LabelMatch, reading: Reading): Candidate[] {
  const { segment, valueStart } = label;
  const line = reading.document.pages[label.pageIndex]?.lines[segment.lineIndex];
  const own = segment.text.slice(valueStart).trim() !== '';
  const next = line?.segments[segment.index + 1];
  const holder = own ? segment : next && !looksLikeLabel(next.text) ? next : undefined;
  if (!holder) return [];
  const found: Candidate[] = [];
  addParts(spec, holder, own ? valueStart : 0, score, found, reading);
  return found;
}

/** Few words between commas, and no sentence. */
function isEnumeration(text: string): boolean {
  const parts = text.split(/[,;]/);
  return (
    parts.length > 1 && !/[.!?]$/.test(text) && parts.every((part) => part.trim().split(/\s+/).length <= 4)
  );
}

function addParts(
  spec: FieldSpec,
  segment: Segment,
  from: number,
  score: number,
  found: Candidate[],
  reading: Reading,
): void {
  let at = from;
  for (const part of segment.text.slice(at).split(/[,;]/)) {
    add(spec, segment, at, part, score, found, reading);
    at += part.length + 1;
  }
}

function belowLabel(spec: FieldSpec, { label, score }: LabelMatch, reading: Reading): Candidate[] {
  const { segment } = label;
  const lines = reading.document.pages[label.pageIndex]?.lines ?? [];
  const found: Candidate[] = [];
  let bottom = segment.box.y + segment.box.h;
  for (const line of lines.slice(segment.lineIndex + 1, segment.lineIndex + 1 + MOST_LINES)) {
    const below = line.segments.find(
      (one) => one.box.x >= segment.box.x - 8 && one.box.x < segment.box.x + Math.max(60, segment.box.w),
    );
    if (!below) continue;
    if (line.y - bottom > WIDEST_GAP * Math.max(6, line.height)) break;
    if (!BULLET.test(below.text)) {
      if (found.length === 0 && isEnumeration(below.text)) addParts(spec, below, 0, score, found, reading);
      break;
    }
    const lead = BULLET.exec(below.text)?.[0].length ?? 0;
    add(spec, below, lead, below.text.slice(lead), score, found, reading);
    bottom = line.y + line.height;
  }
  return found;
}

function add(
  spec: FieldSpec,
  segment: Segment,
  at: number,
  part: string,
  score: number,
  found: Candidate[],
  { notation }: Reading,
): void {
  const read = readValue(spec, part, notation);
  if (!read || !withinBounds(read.value, spec.schema)) return;
  const start = at + read.index;
  const evidence = [{ segment, start, end: start + read.text.length }];
  found.push({ value: read.value, evidence, score: score * read.fit * SURE });
}

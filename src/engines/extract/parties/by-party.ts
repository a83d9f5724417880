import { atLabel } from '../candidates/by-label.ts';
import type { Candidate, Evidence } from '../candidates/candidate.ts';
import { looksLikeLabel } from '../candidates/label-index.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import type { Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { readValue } from '../values/read-value.ts';
import { findAddress, type Address } from './address.ts';
import type { Section } from './sections.ts';

const FROM_LABEL = 0.92;
const FROM_ADDRESS = 0.85;
const FROM_SHAPE = 0.8;
const FROM_FIRST_LINE = 0.74;
/** What a section is less sure than the one before it. */
const LATER = 0.04;

/** Values that a party's own part of the document gives for a field about it. */
export function candidatesByParty(
  spec: FieldSpec,
  sections: readonly Section[],
  reading: Reading,
): Candidate[] {
  const found: Candidate[] = [];
  const matches = sections.length === 0 ? [] : reading.labels.find(spec.withinRole);
  for (const [index, section] of sections.entries()) {
    const sure = section.heading.score - index * LATER;
    const inside = new Set(section.segments);
    for (const match of matches) {
      if (!inside.has(match.label.segment)) continue;
      const values = atLabel(spec, match, reading.document, reading.notation);
      found.push(
        ...values
          .filter((one) => one.evidence.every((part) => inside.has(part.segment)))
          .map((one) => ({ ...one, score: one.score * sure * FROM_LABEL })),
      );
    }
    found.push(...byAddress(spec, section, sure), ...byShape(spec, section, sure, reading));
    if (spec.kind === 'name') found.push(...firstLine(spec, section, sure, reading));
  }
  return found;
}

const ADDRESS_PARTS: Readonly<Partial<Record<FieldSpec['kind'], Exclude<keyof Address, 'segments'>>>> = {
  city: 'city',
  postcode: 'postcode',
  street: 'street',
  state: 'state',
  country: 'country',
};

function byAddress(spec: FieldSpec, { segments }: Section, sure: number): Candidate[] {
  return addressCandidates(spec, segments, sure * FROM_ADDRESS);
}

/** A part of the address that stands in some segments, or all of it. */
export function addressCandidates(spec: FieldSpec, segments: readonly Segment[], score: number): Candidate[] {
  const part = ADDRESS_PARTS[spec.kind];
  if (part === undefined && spec.kind !== 'address') return [];
  const address = findAddress(segments);
  if (!address) return [];
  const wholes = address.segments.map((segment): Evidence => ({
    segment,
    start: 0,
    end: segment.text.length,
  }));
  const evidence = part === undefined ? wholes : address[part] ? [address[part]] : [];
  if (evidence.length === 0) return [];
  const value = evidence.map(({ segment, start, end }) => segment.text.slice(start, end).trim()).join(', ');
  return [{ value, evidence, score }];
}

const SHAPED = new Set<FieldSpec['kind']>(['email', 'phone', 'url', 'iban', 'bic', 'vat_number']);

function byShape(spec: FieldSpec, { segments }: Section, sure: number, { notation }: Reading): Candidate[] {
  if (!SHAPED.has(spec.kind)) return [];
  return segments.flatMap((segment) => {
    const read = readValue(spec, segment.text, notation);
    if (!read || read.fit < 0.8 || (spec.kind === 'bic' && !/bic|swift/i.test(segment.text))) return [];
    const evidence = [{ segment, start: read.index, end: read.index + read.text.length }];
    return [{ value: read.value, evidence, score: sure * read.fit * FROM_SHAPE }];
  });
}

/** The first line that is neither a label nor stands behind one, above the address. */
function nameLine(heading: Segment, segments: readonly Segment[]): Segment | undefined {
  const [own] = segments;
  if (own === heading) return own;
  const labelled = new Set(segments.filter((one) => looksLikeLabel(one.text)).map((one) => one.lineIndex));
  return segments.slice(0, 6).find((one) => !labelled.has(one.lineIndex) && !/[:：]/.test(one.text));
}

/** A party's name is the first line of what is told about it, unless labels say what is what. */
function firstLine(
  spec: FieldSpec,
  { heading, segments }: Section,
  sure: number,
  { notation }: Reading,
): Candidate[] {
  const first = nameLine(heading.label.segment, segments);
  if (!first) return [];
  const own = first === heading.label.segment;
  const start = own ? heading.label.valueStart : 0;
  const text = first.text.slice(start);
  const labelled = segments
    .slice(0, 8)
    .some((one) => one !== heading.label.segment && /[:：]\s*$/.test(one.text));
  if (labelled || looksLikeLabel(text) || /[:：]|@|^\s*\d/.test(text) || !/\p{L}{2}/u.test(text)) return [];
  if (text.length > 80 || spec.schema.type !== 'string') return [];
  const lead = text.length - text.trimStart().length;
  const evidence = [{ segment: first, start: start + lead, end: start + text.trimEnd().length }];
  const fit = readValue(spec, text, notation)?.fit ?? 0;
  return [{ value: text.trim(), evidence, score: sure * fit * FROM_FIRST_LINE }];
}

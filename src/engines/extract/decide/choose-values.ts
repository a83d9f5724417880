import { candidatesByEnum } from '../candidates/by-enum.ts';
import { candidatesByForm } from '../candidates/by-form.ts';
import { candidatesByLabel } from '../candidates/by-label.ts';
import { candidatesByMark } from '../candidates/by-mark.ts';
import { candidatesByShape } from '../candidates/by-shape.ts';
import type { Candidate } from '../candidates/candidate.ts';
import { citationsOf, readConfidence } from '../citations.ts';
import { NOT_FOUND, type ExtractedLeaf } from '../extraction.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import { candidatesByHeading, candidatesByLetterhead } from '../parties/by-letterhead.ts';
import { candidatesByParty } from '../parties/by-party.ts';
import { sectionsOf, type Section } from '../parties/sections.ts';
import type { Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { namesSame } from '../vocabulary/synonyms.ts';
import { withinBounds } from '../values/bounds.ts';
import { preferConsistent, unaskedParts } from './consistency.ts';

/** What scores less is left out: inventing is worse than missing. */
const WEAKEST = 0.55;

/** The best value for each field, by its path as JSON; null where the evidence is weak. */
export function chooseValues(specs: readonly FieldSpec[], reading: Reading): Map<string, ExtractedLeaf> {
  const candidates = readCandidates([...specs, ...unaskedParts(specs)], reading);
  preferConsistent(candidates);
  return new Map(
    specs.map((spec) => {
      const best = candidates.get(spec)?.find((one) => one.score >= WEAKEST);
      return [JSON.stringify(spec.path), best ? leafOf(best, reading) : NOT_FOUND];
    }),
  );
}

const NOBODY: ReadonlySet<Segment> = new Set();

/** What is told about those who get the document. */
function othersThanSupplier(parties: Parties): ReadonlySet<Segment> {
  const others = ['customer', 'recipient'].flatMap((role) => parties.get(role) ?? []);
  return new Set(others.flatMap(({ segments }) => segments));
}

/** Every value that each field could have, the likeliest first. */
export function readCandidates(specs: readonly FieldSpec[], reading: Reading): Map<FieldSpec, Candidate[]> {
  const parties = readParties(specs, reading);
  return new Map(specs.map((spec) => [spec, candidatesOf(spec, parties, reading)]));
}

type Parties = ReadonlyMap<string, readonly Section[]>;

/** What the document tells about each party that the schema asks for; who sends it is known from who gets it. */
function readParties(specs: readonly FieldSpec[], { document, labels }: Reading): Parties {
  const roles = new Set(specs.flatMap(({ role }) => (role === undefined ? [] : [role])));
  if (roles.has('supplier') || specs.some((spec) => isSupplier(spec)))
    for (const other of ['customer', 'recipient']) roles.add(other);
  return new Map([...roles].map((role) => [role, sectionsOf(role, document, labels)]));
}

function candidatesOf(spec: FieldSpec, parties: Parties, reading: Reading): Candidate[] {
  const { document, labels, notation } = reading;
  const found = [...candidatesByForm(spec, reading)];
  if (spec.kind === 'enum') found.push(...candidatesByEnum(spec, reading));
  else if (spec.kind === 'boolean') found.push(...candidatesByMark(spec, reading));
  else {
    found.push(...candidatesByLabel(spec, document, labels, notation));
    if (spec.role !== undefined)
      found.push(...candidatesByParty(spec, parties.get(spec.role) ?? [], reading));
    const sender = spec.role === 'supplier' || isSupplier(spec);
    const others = sender ? othersThanSupplier(parties) : NOBODY;
    if (sender) found.push(...candidatesByLetterhead(spec, others, reading));
    else if (isBareName(spec))
      found.push(...candidatesByHeading(spec, others, document.pages[0]?.lines ?? []));
    found.push(...candidatesByShape(spec, others, reading));
  }
  return found.filter((one) => withinBounds(one.value, spec.schema)).toSorted((a, b) => b.score - a.score);
}

/** A field that is the supplier itself, by name. */
function isSupplier({ kind, path, phrases }: FieldSpec): boolean {
  return kind === 'name' && path.length === 1 && namesSame(phrases, 'supplier', false);
}

/** `name` or `full name`: of whoever the document is about. */
function isBareName({ kind, role, path, phrases }: FieldSpec): boolean {
  return kind === 'name' && role === undefined && path.length === 1 && namesSame(phrases, 'full name', false);
}

/** A candidate as a field of the result. */
export function leafOf({ value, evidence, score }: Candidate, { pageByNumber }: Reading): ExtractedLeaf {
  const citations = citationsOf(evidence, pageByNumber);
  const read = readConfidence(evidence, pageByNumber);
  const sure = Math.min(0.99, score);
  return {
    kind: 'leaf',
    value,
    foundBy: 'rules',
    citations,
    confidence: hundredths(sure * read),
    extractionConfidence: hundredths(sure),
    parsingConfidence: hundredths(read),
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

import type { Candidate } from '../candidates/candidate.ts';
import { makeFieldSpec, type FieldSpec } from '../fields/field-spec.ts';
import { namesSame } from '../vocabulary/synonyms.ts';

const PARTS = ['net total', 'tax total', 'gross total'] as const;
/** Candidates of each field that are tried against each other. */
const MOST_TRIED = 6;
/** How much a candidate gains that fits the others. */
const GAIN = 0.25;
/** Half a cent, and a little for sums of binary fractions. */
const CLOSE = 0.0051;

/**
 * Fields for those of net, tax and total that a schema leaves out while it asks for another: the document's own sums
 * then tell which of its amounts is the one that is asked for.
 */
export function unaskedParts(specs: readonly FieldSpec[]): FieldSpec[] {
  const missing = PARTS.filter((part) => !specs.some((spec) => isPart(spec, part)));
  if (missing.length === PARTS.length) return [];
  return missing.map((part) => makeFieldSpec(part, { type: 'number' }, { path: [], meanings: [] }));
}

/**
 * Net and tax make the total: where candidates of the three fit together, they are preferred. Without tax net and total
 * are equal, which says nothing. Sorts in place.
 */
export function preferConsistent(candidates: ReadonlyMap<FieldSpec, Candidate[]>): void {
  const [nets, taxes, totals] = PARTS.map((part) => lists(candidates, part));
  for (const net of nets ?? []) {
    for (const tax of taxes ?? []) {
      for (const total of totals ?? []) settle(net, tax, total);
    }
  }
}

function lists(candidates: ReadonlyMap<FieldSpec, Candidate[]>, part: string): Candidate[][] {
  return [...candidates].filter(([spec]) => isPart(spec, part)).map(([, list]) => list);
}

function isPart(spec: FieldSpec, part: string): boolean {
  return spec.kind === 'amount' && spec.schema.type === 'number' && namesSame(spec.phrases, part, false);
}

function settle(net: Candidate[], tax: Candidate[], total: Candidate[]): void {
  let best: { parts: readonly Candidate[]; score: number } | undefined;
  for (const a of net.slice(0, MOST_TRIED)) {
    for (const b of tax.slice(0, MOST_TRIED)) {
      for (const c of total.slice(0, MOST_TRIED)) {
        if (Math.abs(Number(a.value) + Number(b.value) - Number(c.value)) > CLOSE) continue;
        if (Number(b.value) === 0 || Math.abs(Number(a.value)) <= Math.abs(Number(b.value))) continue;
        const score = a.score + b.score + c.score;
        if (!best || score > best.score) best = { parts: [a, b, c], score };
      }
    }
  }
  if (!best) return;
  for (const [index, list] of [net, tax, total].entries()) {
    const at = list.indexOf(best.parts[index] ?? list[0]!);
    const [chosen] = list.splice(at, 1);
    const first = list[0]?.score ?? 0;
    if (chosen)
      list.unshift({ ...chosen, score: Math.min(0.99, Math.max(first, chosen.score) + GAIN * chosen.score) });
  }
}

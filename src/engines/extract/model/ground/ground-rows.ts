import type { FieldSchema } from '../../../../model/extract-schema/data-schema.ts';
import { NOT_FOUND, type ExtractedField, type ExtractedLeaf } from '../../extraction.ts';
import { valueSchema } from '../../fields/field-spec.ts';
import type { Coerced } from '../coerce-answer.ts';
import type { CoercedScalar } from '../coerce-scalar.ts';
import { type Standing, standingOf } from './confidence.ts';
import type { Finding } from './find-value.ts';

/** What rows are looked up with. */
export interface RowLookup {
  readonly find: (scalar: CoercedScalar, schema: FieldSchema) => readonly Finding[];
  readonly leaf: (scalar: CoercedScalar, standing: Standing, finding: Finding | undefined) => ExtractedLeaf;
}

/** Lines around its row in which a cell may stand: cells wrap. */
const ROW_REACH = 3;

/** A line of the document. */
interface Anchor {
  readonly page: number;
  readonly line: number;
}

/**
 * Looks up the entries of a list: each is placed on the line that has most of its values, entries in their order, and
 * its values are cited from there. Entries that are alike are thus different lines.
 */
export function groundRows(
  items: readonly Coerced[],
  schema: FieldSchema,
  lookup: RowLookup,
): ExtractedField {
  const used = new Set<string>();
  let last: Anchor = { page: 0, line: -1 };
  const grounded = items.map((item) => {
    const cells = findCells(item, schema, lookup);
    const anchor = anchorOf([...cells.values()], last, used);
    if (anchor) {
      last = anchor;
      used.add(keyOf(anchor));
    }
    const near = [...cells.values()].filter((found) => anchor && nearest(found, anchor)).length;
    return rebuild(item, schema);

    function rebuild(field: Coerced, inner: FieldSchema): ExtractedField {
      const value = valueSchema(inner);
      if (field.kind === 'object' && value.type === 'object') {
        const fields = Object.entries(value.properties).map(([name, own]): [string, ExtractedField] => {
          const given = field.fields[name];
          return [name, given ? rebuild(given, own) : NOT_FOUND];
        });
        return { kind: 'object', fields: Object.fromEntries(fields) };
      }
      if (field.kind === 'list' && value.type === 'array')
        return groundRows(field.items, value.items, lookup);
      if (field.kind !== 'scalar' || !field.scalar) return NOT_FOUND;
      return place(field.scalar, cells.get(field) ?? []);
    }

    function place(scalar: CoercedScalar, findings: readonly Finding[]): ExtractedLeaf {
      const here = anchor && nearest(findings, anchor);
      if (here) return lookup.leaf(scalar, near > 1 ? 'inRow' : standingOf(here, scalar.value), here);
      const [first] = findings;
      return lookup.leaf(scalar, first ? 'weak' : 'ungrounded', first);
    }
  });
  return { kind: 'list', items: grounded };
}

/** The places of every value of an entry; lists inside it are looked up by themselves. */
function findCells(
  item: Coerced,
  schema: FieldSchema,
  lookup: RowLookup,
  cells = new Map<Coerced, readonly Finding[]>(),
): Map<Coerced, readonly Finding[]> {
  const value = valueSchema(schema);
  if (item.kind === 'scalar') {
    if (item.scalar) cells.set(item, lookup.find(item.scalar, schema));
  } else if (item.kind === 'object' && value.type === 'object') {
    for (const [name, inner] of Object.entries(value.properties)) {
      const given = item.fields[name];
      if (given) findCells(given, inner, lookup, cells);
    }
  }
  return cells;
}

/** The line that has most of the cells, a free one and one behind the last row if there is a choice. */
function anchorOf(
  cells: readonly (readonly Finding[])[],
  last: Anchor,
  used: ReadonlySet<string>,
): Anchor | undefined {
  const votes = new Map<string, { anchor: Anchor; cells: number }>();
  for (const findings of cells) {
    const lines = new Map(findings.flatMap((one) => anchorsOf(one)).map((anchor) => [keyOf(anchor), anchor]));
    for (const [key, anchor] of lines) {
      const vote = votes.get(key);
      if (vote) vote.cells += 1;
      else votes.set(key, { anchor, cells: 1 });
    }
  }
  let best: { anchor: Anchor; score: number } | undefined;
  for (const [key, { anchor, cells: count }] of votes) {
    const behind = anchor.page > last.page || (anchor.page === last.page && anchor.line > last.line);
    const score = count + (used.has(key) ? 0 : 0.5) + (behind ? 0.25 : 0);
    if (!best || score > best.score || (score === best.score && isBefore(anchor, best.anchor)))
      best = { anchor, score };
  }
  return best?.anchor;
}

function anchorsOf({ evidence: [first] }: Finding): Anchor[] {
  return first ? [{ page: first.segment.pageNumber, line: first.segment.lineIndex }] : [];
}

function nearest(findings: readonly Finding[], anchor: Anchor): Finding | undefined {
  let best: { finding: Finding; distance: number } | undefined;
  for (const finding of findings) {
    for (const { page, line } of anchorsOf(finding)) {
      const distance = page === anchor.page ? Math.abs(line - anchor.line) : Infinity;
      if (distance <= ROW_REACH && (!best || distance < best.distance)) best = { finding, distance };
    }
  }
  return best?.finding;
}

function keyOf({ page, line }: Anchor): string {
  return `${page}:${line}`;
}

function isBefore(a: Anchor, b: Anchor): boolean {
  return a.page < b.page || (a.page === b.page && a.line < b.line);
}

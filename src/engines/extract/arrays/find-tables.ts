import type { FieldSpec } from '../fields/field-spec.ts';
import type { Reading } from '../reading.ts';
import { tableHeadAt, type TableHead } from './columns.ts';
import type { Row } from './cells.ts';
import { fillProducts, missingAmount } from './products.ts';
import { readRows } from './read-rows.ts';

/** Tables whose heads are this much worse than the best are others. */
const SAME_KIND = 0.7;

interface Found {
  readonly head: TableHead;
  readonly rows: readonly Row[];
}

/**
 * Rows of the tables that hold a list's items, in the document's order. A table goes on over the page when its head
 * stands again, or when the page begins with rows that fit its columns.
 * @param least fields that a table's head must name
 */
export function findRows(specs: readonly FieldSpec[], least: number, reading: Reading): readonly Row[] {
  const found: Found[] = [];
  let open: TableHead | undefined;
  for (const page of reading.document.pages) {
    const { lines } = page;
    let first = true;
    for (let at = 0; at < lines.length; at += 1) {
      const head = headAt(lines, at, specs, least);
      if (!head && !(first && open && at === 0)) continue;
      const continued = head ? undefined : goesOn(lines, open, specs, reading);
      if (!head && !continued) continue;
      const used = head ?? open;
      if (!used) continue;
      const amount = missingAmount(specs, used);
      const read = continued ?? readRows(lines, at + used.lines, used, reading, amount);
      if (amount) fillProducts(read, specs, amount);
      if (read.rows.length > 0 || head) found.push({ head: used, rows: read.rows });
      open = read.closed ? undefined : used;
      first = false;
      at = Math.max(at, read.end - 1);
    }
    if (first) open = undefined;
  }
  const best = Math.max(0, ...found.map(({ head, rows }) => (rows.length > 0 ? head.score : 0)));
  return found
    .filter(({ head }) => head.score >= best * SAME_KIND)
    .flatMap(({ head, rows }) => rows.filter((row) => isItem(row, head)));
}

/** The head that begins at a line, unless that line stands above a better one: a heading is no part of a table's head. */
function headAt(...[lines, at, specs, least]: Parameters<typeof tableHeadAt>): TableHead | undefined {
  const head = tableHeadAt(lines, at, specs, least);
  if (!head || head.lines === 1) return head;
  const next = tableHeadAt(lines, at + 1, specs, least);
  return next && next.score > head.score ? undefined : head;
}

/** Rows at the top of a page that continue a table without its head. */
function goesOn(
  lines: Parameters<typeof readRows>[0],
  head: TableHead | undefined,
  specs: readonly FieldSpec[],
  reading: Reading,
): ReturnType<typeof readRows> | undefined {
  if (!head) return undefined;
  const read = readRows(lines, 0, head, reading, missingAmount(specs, head));
  const full = read.rows.filter((row) => row.size >= Math.max(2, head.specs.size - 1));
  return full.length > 0 && full.length * 2 > read.rows.length ? { ...read, rows: full } : undefined;
}

/** A single value is no item unless items have but one field; a line without an amount is none where items have some. */
function isItem(row: Row, head: TableHead): boolean {
  const found = [...row.keys()];
  const priced = [...head.specs].some((spec) => spec.kind === 'amount');
  if (priced && !found.some((spec) => spec.kind === 'amount')) return false;
  return row.size > 1 || head.specs.size === 1;
}

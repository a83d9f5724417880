import type { TableItem } from '../../../model/document.ts';

/** Tables of one width share this much of the wider one. */
const SHARED_WIDTH = 0.6;

interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * Whether two tables have the same columns, by their number and by where their texts stand. Columns whose texts have no
 * known places are taken for the same where the tables themselves stand above each other.
 */
export function sameColumns(a: TableItem, b: TableItem): boolean {
  const columns = a.rows[0]?.length ?? 0;
  if (columns < 2 || columns !== b.rows[0]?.length) return false;
  const [boxA, boxB] = [a.boxes[0], b.boxes[0]];
  if (!boxA || !boxB) return false;
  const shared = Math.min(boxA.x + boxA.w, boxB.x + boxB.w) - Math.max(boxA.x, boxB.x);
  if (shared < SHARED_WIDTH * Math.max(boxA.w, boxB.w)) return false;
  const [extentsA, extentsB] = [extents(a), extents(b)];
  return extentsA.every((own, column) => {
    const other = extentsB[column];
    if (!own || !other) return true;
    const overlap = overlapOf(own, other);
    return overlap > 0 && extentsB.every((one, at) => at === column || !one || overlapOf(own, one) < overlap);
  });
}

/** Rows whose labels tell whether two tables are about the same things. */
const LABELLED_ROWS = 3;
const SAME_LABELS = 0.6;

/**
 * Whether two tables have the same rows: a table for each year or each shop goes on nowhere, however alike the tables are.
 * Labels that repeat inside a table say nothing.
 */
export function hasSameLabels(a: TableItem, b: TableItem): boolean {
  const [own, others] = [labelsOf(a), labelsOf(b)];
  if (own === undefined || others === undefined) return false;
  const shared = [...others].filter((label) => own.has(label)).length;
  return shared >= SAME_LABELS * Math.max(own.size, others.size);
}

/** What stands in the first column, below the head; undefined where it names no rows. */
function labelsOf({ rows }: TableItem): ReadonlySet<string> | undefined {
  const texts = rows.slice(1).map((row) =>
    String(row[0] ?? '')
      .trim()
      .toLowerCase(),
  );
  const labels = texts.filter((text) => /\p{L}/u.test(text));
  const distinct = new Set(labels);
  if (labels.length < LABELLED_ROWS || labels.length < texts.length / 2) return undefined;
  return distinct.size < labels.length * 0.8 ? undefined : distinct;
}

/** From where to where the texts of each column stand; cells over several columns say nothing. */
function extents(table: TableItem): (Extent | undefined)[] {
  const columns: (Extent | undefined)[] = (table.rows[0] ?? []).map(() => undefined);
  for (const [y, row] of (table.cellBoxes ?? []).entries()) {
    for (const [x, box] of row.entries()) {
      if (!box || table.rows[y]?.[x + 1] === null) continue;
      const known = columns[x];
      columns[x] = {
        from: Math.min(known?.from ?? box.x, box.x),
        to: Math.max(known?.to ?? box.x + box.w, box.x + box.w),
      };
    }
  }
  return columns;
}

function overlapOf(a: Extent, b: Extent): number {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from);
}

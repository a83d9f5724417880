import type { Box } from '../../../model/document.ts';

/** A share of each box's size that may overlap another without tying the two together. */
const SLACK = 0.1;
/** Every cut parts the boxes; more levels than this are not cut any more. */
const DEEPEST = 40;

/**
 * Puts placed things into the order in which a reader takes them, by recursive cuts along the widest gaps: parts beside each
 * other from left to right, parts below each other from the top down. What cannot be cut apart is ordered by top, then left.
 */
export function inReadingOrder<Placed extends { readonly box: Box }>(things: readonly Placed[]): Placed[] {
  return cut(things, 0);
}

function cut<Placed extends { readonly box: Box }>(things: readonly Placed[], depth: number): Placed[] {
  if (things.length < 2) return [...things];
  const rows = widestGap(things, (box) => [box.y, box.h]);
  const columns = widestGap(things, (box) => [box.x, box.w]);
  const byRows = rows !== undefined && (columns === undefined || rows.size >= columns.size);
  const gap = byRows ? rows : columns;
  if (gap === undefined || depth >= DEEPEST)
    return things.toSorted((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);
  const middle = ({ box }: Placed) => (byRows ? box.y + box.h / 2 : box.x + box.w / 2);
  return [
    ...cut(
      things.filter((thing) => middle(thing) < gap.at),
      depth + 1,
    ),
    ...cut(
      things.filter((thing) => middle(thing) >= gap.at),
      depth + 1,
    ),
  ];
}

function widestGap(
  things: readonly { readonly box: Box }[],
  sideOf: (box: Box) => readonly [start: number, length: number],
): { at: number; size: number } | undefined {
  const sides = things
    .map(({ box }) => {
      const [start, length] = sideOf(box);
      return { start: start + length * SLACK, end: start + length * (1 - SLACK) };
    })
    .toSorted((a, b) => a.start - b.start);
  let reach = sides[0]?.end ?? 0;
  let widest: { at: number; size: number } | undefined;
  for (const side of sides.slice(1)) {
    const size = side.start - reach;
    if (size > 0 && size > (widest?.size ?? 0)) widest = { at: reach + size / 2, size };
    reach = Math.max(reach, side.end);
  }
  return widest;
}

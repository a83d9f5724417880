import type { Rect } from '@llamaindex/liteparse';
import type { Box } from '../../../model/document.ts';

/** Two decimals of a point: finer than any reader needs, and half the bytes of a float. */
export function roundPoint(value: number): number {
  return Math.round(value * 100) / 100;
}

/** LiteParse's rectangle as a box of the result; both are points from the page's top left. */
export function toBox(rect: Rect): Box {
  return {
    x: roundPoint(rect.x),
    y: roundPoint(rect.y),
    w: roundPoint(rect.width),
    h: roundPoint(rect.height),
  };
}

export function toBoxes(rect: Rect | undefined): readonly Box[] {
  return rect ? [toBox(rect)] : [];
}

/** The smallest rectangle around two. */
export function around(one: Rect, other: Rect): Rect {
  const x = Math.min(one.x, other.x);
  const y = Math.min(one.y, other.y);
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** The smallest rectangle around all; undefined for none. */
export function unionRect(rects: readonly Rect[]): Rect | undefined {
  const [first, ...rest] = rects;
  if (!first) return undefined;
  let { x, y } = first;
  let right = first.x + first.width;
  let bottom = first.y + first.height;
  for (const rect of rest) {
    x = Math.min(x, rect.x);
    y = Math.min(y, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return { x, y, width: right - x, height: bottom - y };
}

/** Whether the middle of `inner` lies in `outer`, give or take `slack` points. */
export function holdsCentre(outer: Rect, inner: Rect, slack = 1): boolean {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return (
    x >= outer.x - slack &&
    x <= outer.x + outer.width + slack &&
    y >= outer.y - slack &&
    y <= outer.y + outer.height + slack
  );
}

/**
 * Gathers rectangles that share a line of text. Middles decide, because words without ascenders or with
 * descenders have shorter boxes around the same baseline; a third of the line's height is more than those shift
 * a middle and less than the half line by which neighbouring columns are apart. Within a line left to right.
 */
export function groupIntoLines<T extends Rect>(rects: readonly T[]): T[][] {
  const lines: { items: T[]; middle: number; height: number }[] = [];
  for (const rect of rects.toSorted((a, b) => middleOf(a) - middleOf(b))) {
    const line = lines.at(-1);
    if (line && middleOf(rect) - line.middle <= 0.35 * Math.max(line.height, rect.height)) {
      line.items.push(rect);
      line.middle += (middleOf(rect) - line.middle) / line.items.length;
      line.height = Math.max(line.height, rect.height);
    } else {
      lines.push({ items: [rect], middle: middleOf(rect), height: rect.height });
    }
  }
  return lines.map((line) => line.items.toSorted((a, b) => a.x - b.x));
}

function middleOf(rect: Rect): number {
  return rect.y + rect.height / 2;
}

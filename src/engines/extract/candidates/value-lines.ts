import type { Segment } from '../layout/lines.ts';
import type { ParsedPage } from '../parsed-document.ts';
import { looksLikeLabel } from './label-index.ts';

/** Lines of one value begin at the same place, to so many points. */
const ALIGNED = 3;
/** And follow each other this closely, in heights. */
const CLOSE = 1.35;

/**
 * The lines of a value that takes two beside its label: set close under one another, with nothing in the label's column
 * but the label, which may stand between them. Digits and colons begin something else: an address, another label.
 */
export function linesOfValue(value: Segment, label: Segment, page: ParsedPage): Segment[] {
  const near = [-1, 1, -2, 2].flatMap((step) => {
    const [first] = page.lines[value.lineIndex + step]?.segments ?? [];
    return first && belongsTo(first, value, label) ? [first] : [];
  });
  return [value, ...near].slice(0, 2).toSorted((a, b) => a.lineIndex - b.lineIndex);
}

function belongsTo(one: Segment, value: Segment, label: Segment): boolean {
  const { h: height, x, y } = value.box;
  if (Math.abs(one.box.x - x) > ALIGNED || Math.abs(one.box.y - y) > height * CLOSE) return false;
  const between = Math.abs(one.box.y - label.box.y) < height && Math.abs(y - label.box.y) > height * 0.15;
  if (one.box.y < y && !between) return false;
  return !/[\d:@]/.test(one.text + value.text) && !looksLikeLabel(one.text);
}

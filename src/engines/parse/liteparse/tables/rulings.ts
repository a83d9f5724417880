import type { VectorGraphics } from '@llamaindex/liteparse';
import type { Stripes } from './stripes.ts';

/** A straight stroke along one axis: at `at` on the other axis, from `from` to `to`, in points. */
export interface Ruling {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Rulings {
  readonly horizontal: readonly Ruling[];
  readonly vertical: readonly Ruling[];
  /** Striped tables, whose rows are filled cell by cell. */
  readonly stripes?: readonly Stripes[];
}

export const NO_RULINGS: Rulings = { horizontal: [], vertical: [] };

/** Strokes nearer than this are the two edges of one line, or a double line. */
export const LINE_THICKNESS = 3;
/** Pieces of a line, its dots and dashes, with gaps up to this are one line. */
const LARGEST_GAP = 4;
/** Shorter strokes are ticks, dots and parts of drawings. */
const SHORTEST = 8;
/** Pages with more strokes are maps and plots. */
const MOST_STROKES = 12_000;
const MOST_RULINGS = 1_500;

/** The ruling lines of a page: edges of thin and of filled rectangles, and strokes, joined to whole lines. */
export function readRulings(graphics: VectorGraphics | undefined): Rulings {
  const lines = graphics?.lines ?? [];
  if (lines.length === 0 || lines.length > MOST_STROKES) return NO_RULINGS;
  const horizontal: Ruling[] = [];
  const vertical: Ruling[] = [];
  for (const { x1, y1, x2, y2 } of lines) {
    if (Math.abs(y1 - y2) <= 1) horizontal.push(ruling((y1 + y2) / 2, x1, x2));
    else if (Math.abs(x1 - x2) <= 1) vertical.push(ruling((x1 + x2) / 2, y1, y2));
  }
  const rulings = { horizontal: joined(horizontal), vertical: joined(vertical) };
  return rulings.horizontal.length + rulings.vertical.length > MOST_RULINGS ? NO_RULINGS : rulings;
}

function ruling(at: number, a: number, b: number): Ruling {
  return { at, from: Math.min(a, b), to: Math.max(a, b) };
}

/** Joins pieces that lie on one line and nearly touch. */
function joined(pieces: readonly Ruling[]): Ruling[] {
  const rulings: Ruling[] = [];
  const band: Ruling[] = [];
  const flush = () => {
    rulings.push(...joinBand(band));
    band.length = 0;
  };
  for (const piece of pieces.toSorted((a, b) => a.at - b.at)) {
    const first = band[0];
    if (first && piece.at - first.at > LINE_THICKNESS) flush();
    band.push(piece);
  }
  flush();
  return rulings;
}

function joinBand(band: readonly Ruling[]): Ruling[] {
  const out: { from: number; to: number; ats: number[] }[] = [];
  for (const piece of band.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && piece.from - last.to <= LARGEST_GAP) {
      last.to = Math.max(last.to, piece.to);
      last.ats.push(piece.at);
    } else out.push({ from: piece.from, to: piece.to, ats: [piece.at] });
  }
  return out
    .filter(({ from, to }) => to - from >= SHORTEST)
    .map(({ from, to, ats }) => ({ at: ats.reduce((sum, at) => sum + at, 0) / ats.length, from, to }));
}

/** Groups numbers that are nearer than `tolerance` to the group's first; the middles of the groups, ascending. */
export function cluster(values: readonly number[], tolerance: number): number[] {
  const groups: number[][] = [];
  for (const value of values.toSorted((a, b) => a - b)) {
    const group = groups.at(-1);
    if (group && value - (group[0] ?? value) <= tolerance) group.push(value);
    else groups.push([value]);
  }
  return groups.map((group) => ((group[0] ?? 0) + (group.at(-1) ?? 0)) / 2);
}

import { alike, looksLikeLabel } from '../candidates/label-index.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import type { Line, Segment } from '../layout/lines.ts';
import { boxAround } from '../layout/lines.ts';
import { foldText, isKnownMeaning, meaningsOf } from '../vocabulary/words.ts';

/** A column of a table, by what its head says. */
export interface Column {
  readonly left: number;
  readonly right: number;
  /** What of the items it holds; undefined where it is none of them. */
  readonly spec: FieldSpec | undefined;
}

/** The head of a table. */
export interface TableHead {
  readonly columns: readonly Column[];
  /** Fields whose columns were found. */
  readonly specs: ReadonlySet<FieldSpec>;
  /** Lines that the head takes. */
  readonly lines: number;
  readonly score: number;
}

/** Heads of columns may take so many lines. */
const MOST_HEAD_LINES = 3;
const WEAKEST_MATCH = 0.58;
/** Wider tables are data to be queried, not items to be listed. */
const MOST_COLUMNS = 300;
/** Lines of one head are no further apart than this, in heights. */
const HEAD_SPACING = 1.9;

/** The table head that begins at a line, when it names at least `least` of the fields. */
export function tableHeadAt(
  lines: readonly Line[],
  at: number,
  specs: readonly FieldSpec[],
  least: number,
): TableHead | undefined {
  let best: TableHead | undefined;
  for (let count = 1; count <= MOST_HEAD_LINES; count += 1) {
    const stack = lines.slice(at, at + count);
    if (stack.length < count || !isHeadStack(stack)) break;
    const heads = stackedHeads(stack);
    if (heads.length < least || heads.length > MOST_COLUMNS) continue;
    const head = matchHeads(heads, specs, count);
    if (head && head.specs.size >= least && head.score > (best?.score ?? 0) + 0.2) best = head;
  }
  return best;
}

/** Lines close together that say what columns hold: hardly a digit in them. */
function isHeadStack(stack: readonly Line[]): boolean {
  for (const [index, line] of stack.entries()) {
    const above = stack[index - 1];
    if (above && line.y - above.y > HEAD_SPACING * Math.max(above.height, line.height)) return false;
    const values = line.segments.filter((one) =>
      /\d[.,]\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2}|^\d+$/.test(one.text),
    );
    if (values.length > 0 || line.segments.some((one) => one.text.length > 60)) return false;
  }
  return true;
}

interface Head {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/** Heads that stand above one another are one. */
function stackedHeads(stack: readonly Line[]): Head[] {
  const heads: { segments: Segment[]; left: number; right: number }[] = [];
  for (const line of stack.filter((one) => one.segments.length <= MOST_COLUMNS)) {
    for (const segment of line.segments.flatMap((one) => splitByMeaning(one))) {
      const { x, w } = segment.box;
      const known = heads.find(
        (head) =>
          Math.min(head.right, x + w) - Math.max(head.left, x) > Math.min(w, head.right - head.left) * 0.3,
      );
      if (!known) heads.push({ segments: [segment], left: x, right: x + w });
      else {
        known.segments.push(segment);
        known.left = Math.min(known.left, x);
        known.right = Math.max(known.right, x + w);
      }
    }
  }
  return heads
    .map(({ segments, left, right }) => ({ text: segments.map((one) => one.text).join(' '), left, right }))
    .toSorted((a, b) => a.left - b.left);
}

/** Heads stand close: `Quantity Price` with a word's space between them are two. */
function splitByMeaning(segment: Segment): Segment[] {
  const { words } = segment;
  if (words.length < 2 || words.length > 12) return [segment];
  const gaps = words
    .slice(1)
    .map((word, index) => word.x - ((words[index]?.x ?? 0) + (words[index]?.w ?? 0)));
  const usual = Math.max(0.35 * Math.max(...words.map((word) => word.h)), 1.5 * Math.min(...gaps));
  const runs: (typeof words)[number][][] = [[]];
  for (const [index, word] of words.entries()) {
    const gap = gaps[index - 1] ?? 0;
    const begins = index > 0 && gap > usual && meaningsOf(word.text).some((one) => isKnownMeaning(one));
    if (begins) runs.push([word]);
    else runs.at(-1)?.push(word);
  }
  if (runs.length === 1) return [segment];
  return runs.map((run) => ({
    ...segment,
    text: run.map((word) => word.text).join(' '),
    box: boxAround(run),
    words: run,
  }));
}

function matchHeads(
  heads: readonly Head[],
  specs: readonly FieldSpec[],
  lines: number,
): TableHead | undefined {
  const pairs = heads.flatMap((head, index) => {
    const meanings = new Set(meaningsOf(head.text));
    return specs.map((spec) => ({ index, spec, score: bestMatch(meanings, spec) + sameWording(head, spec) }));
  });
  const byHead = new Map<number, FieldSpec>();
  const taken = new Set<FieldSpec>();
  let score = 0;
  for (const pair of pairs.toSorted((a, b) => b.score - a.score)) {
    if (pair.score < WEAKEST_MATCH || byHead.has(pair.index) || taken.has(pair.spec)) continue;
    byHead.set(pair.index, pair.spec);
    taken.add(pair.spec);
    score += pair.score;
  }
  if (taken.size === 0) return undefined;
  const others = heads.filter((head, index) => !byHead.has(index) && !looksLikeLabel(head.text)).length;
  const columns = heads.map(({ left, right }, index): Column => ({ left, right, spec: byHead.get(index) }));
  return { columns, specs: taken, lines, score: score - 0.1 * others };
}

/** Two fields may mean the same to the rules; the one that is called as the head is goes first. */
function sameWording({ text }: Head, { wordings }: FieldSpec): number {
  return wordings.has(foldText(text).trim()) ? 0.06 : 0;
}

function bestMatch(meanings: ReadonlySet<string>, spec: FieldSpec): number {
  return Math.max(0, ...spec.phrases.map((phrase) => alike(meanings, phrase.meanings) * phrase.sure));
}

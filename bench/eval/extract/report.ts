import type { Comparison } from './compare.ts';

/** What came of one document. */
export interface TaskResult {
  readonly set: string;
  readonly name: string;
  readonly comparisons: readonly Comparison[];
  readonly valid: boolean;
  /** Values that were given, and those whose citations hold. */
  readonly cited: number;
  readonly supported: number;
  readonly pages: number;
  readonly seconds: number;
}

/** Prints a line for each set; with details one for each field and one for each value that is not right. */
export function printReport(results: readonly TaskResult[], details: boolean): void {
  console.log(
    row(['set', 'docs', 'F1', 'prec', 'recall', 'all right', 'invented', 'valid', 'support', 's/page']),
  );
  const sets = new Set(results.map((result) => result.set));
  for (const set of sets) {
    const own = results.filter((result) => result.set === set);
    const all = own.flatMap((result) => result.comparisons);
    const { f1, precision, recall } = scores(all);
    const perfect = own.filter((result) =>
      result.comparisons.every((one) => ['right', 'absent'].includes(one.outcome)),
    );
    const empty = all.filter((one) => one.outcome === 'absent' || one.outcome === 'invented');
    console.log(
      row([
        set,
        String(own.length),
        f1.toFixed(3),
        precision.toFixed(3),
        recall.toFixed(3),
        ratio(perfect.length, own.length),
        `${empty.filter((one) => one.outcome === 'invented').length}/${empty.length}`,
        ratio(own.filter((result) => result.valid).length, own.length),
        ratio(sum(own, 'supported'), sum(own, 'cited')),
        (sum(own, 'seconds') / Math.max(1, sum(own, 'pages'))).toFixed(4),
      ]),
    );
    if (details) printDetails(own, all);
  }
}

function printDetails(own: readonly TaskResult[], all: readonly Comparison[]): void {
  const fields = new Set(all.map((one) => fieldOf(one)));
  for (const field of fields) {
    const { f1, precision, recall } = scores(all.filter((one) => fieldOf(one) === field));
    console.log(
      `    ${field.padEnd(40)} F1 ${f1.toFixed(3)} precision ${precision.toFixed(3)} recall ${recall.toFixed(3)}`,
    );
  }
  for (const { name, comparisons } of own) {
    for (const { path, given, truth, outcome } of comparisons) {
      if (outcome === 'right' || outcome === 'absent') continue;
      console.log(
        `      ${outcome.padEnd(8)} ${name.slice(0, 44)} ${path}: ${show(given)} for ${show(truth)}`,
      );
    }
  }
}

function fieldOf({ path }: Comparison): string {
  return path.replace(/\[[^\]]*\]/g, '[]');
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? '-').slice(0, 90);
}

/** F1 over values: a wrong one is neither right nor found. */
export function scores(all: readonly Comparison[]): { f1: number; precision: number; recall: number } {
  const count = (...outcomes: readonly Comparison['outcome'][]) =>
    all.filter((one) => outcomes.includes(one.outcome)).length;
  const right = count('right');
  const precision = right / Math.max(1, right + count('wrong', 'invented'));
  const recall = right / Math.max(1, right + count('wrong', 'missed'));
  return { precision, recall, f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

function sum(results: readonly TaskResult[], key: 'cited' | 'supported' | 'pages' | 'seconds'): number {
  return results.reduce((total, result) => total + result[key], 0);
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3);
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(10))).join('');
}

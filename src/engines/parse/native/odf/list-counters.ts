import { formatNumber } from '../number-formats.ts';
import type { ListLevel } from './styles.ts';

const FORMATS: Readonly<Record<string, string>> = {
  a: 'lowerLetter', A: 'upperLetter', i: 'lowerRoman', I: 'upperRoman',
}; // prettier-ignore

/** Numbers as list levels and the outline show them. */
export class ListCounters {
  readonly #outline: number[] = [];
  /** The last number of each list and list style, for those that go on with it. */
  readonly #last = new Map<string, number>();

  /** The number before a heading; empty where the outline shows none. @param level from 1 */
  heading(level: number, levels: ReadonlyMap<number, ListLevel>): string {
    for (let above = 1; above < level; above += 1) this.#outline[above] ??= levels.get(above)?.start ?? 1;
    const before = this.#outline[level];
    this.#outline[level] = before === undefined ? (levels.get(level)?.start ?? 1) : before + 1;
    this.#outline.length = level + 1;
    return labelOf(this.#outline, level, levels);
  }

  remember(keys: readonly string[], value: number): void {
    for (const key of keys) this.#last.set(key, value);
  }

  last(key: string): number {
    return this.#last.get(key) ?? 0;
  }
}

/** A number with those of the levels above that it shows. @param values by level, from 1 */
export function labelOf(
  values: readonly (number | undefined)[],
  level: number,
  levels: ReadonlyMap<number, ListLevel>,
): string {
  const own = levels.get(level);
  if (!own || own.format === '') return '';
  const parts: string[] = [];
  for (let at = Math.max(1, level - own.displayLevels + 1); at <= level; at += 1) {
    const format = levels.get(at)?.format ?? '1';
    if (format !== '') parts.push(formatNumber(values[at] ?? 1, FORMATS[format] ?? 'decimal'));
  }
  return `${own.prefix}${parts.join('.')}${own.suffix}`.trim();
}

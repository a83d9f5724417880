import type { AnalyseResult } from 'chardet';

/** What the detector found, the surest first. */
export type Matches = AnalyseResult;

/** How sure the detector is of an encoding that it has several names for, of 100. */
export function confidenceOf(found: Matches, names: readonly string[]): number {
  return Math.max(0, ...found.filter(({ name }) => names.includes(name)).map(({ confidence }) => confidence));
}

export function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

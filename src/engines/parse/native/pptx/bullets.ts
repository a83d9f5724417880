import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import { formatNumber } from '../number-formats.ts';

/** What stands before a paragraph of a slide (ECMA-376 part 1, 21.1.2.4). */
export type Bullet =
  | { readonly kind: 'none' }
  | { readonly kind: 'sign' }
  | { readonly kind: 'number'; readonly scheme: string; readonly start: number };

const NONE: Bullet = { kind: 'none' };

/** Levels of a text's style; paragraphs name theirs from 0, styles from 1. */
const DEEPEST_LEVEL = 8;

export function levelOf(properties: XmlElement | undefined): number {
  const level = Number(attribute(properties, 'lvl') ?? 0);
  return Number.isInteger(level) ? Math.min(Math.max(level, 0), DEEPEST_LEVEL) : 0;
}

/** The paragraph's own bullet, or the first that its styles give its level. @param styles nearest first */
export function bulletOf(
  properties: XmlElement | undefined,
  styles: readonly (XmlElement | undefined)[],
): Bullet {
  const level = `lvl${levelOf(properties) + 1}pPr`;
  for (const candidate of [properties, ...styles.map((style) => child(style, level))]) {
    for (const node of elements(candidate)) {
      if (node.name === 'buNone') return NONE;
      if (node.name === 'buChar' || node.name === 'buBlip') return { kind: 'sign' };
      if (node.name === 'buAutoNum') {
        const start = Number(attribute(node, 'startAt') ?? 1);
        return {
          kind: 'number',
          scheme: attribute(node, 'type') ?? 'arabicPeriod',
          start: start > 0 ? start : 1,
        };
      }
    }
  }
  return NONE;
}

/** Counts numbered paragraphs of one text: a paragraph that is not numbered interrupts its level and those below. */
export class BulletCounter {
  readonly #counts: ({ scheme: string; value: number } | undefined)[] = [];

  next(level: number, bullet: Bullet): number {
    if (bullet.kind !== 'number') {
      this.#counts.length = Math.min(this.#counts.length, level);
      return 0;
    }
    const before = this.#counts[level];
    const value = before?.scheme === bullet.scheme ? before.value + 1 : bullet.start;
    this.#counts.length = level;
    this.#counts[level] = { scheme: bullet.scheme, value };
    return value;
  }
}

const FORMATS: readonly (readonly [prefix: string, format: string])[] = [
  ['alphaLc', 'lowerLetter'],
  ['alphaUc', 'upperLetter'],
  ['romanLc', 'lowerRoman'],
  ['romanUc', 'upperRoman'],
];

/** The number as a scheme of 20.1.10.61 writes it. */
export function bulletLabel(value: number, scheme: string): string {
  const format = FORMATS.find(([prefix]) => scheme.startsWith(prefix))?.[1] ?? 'decimal';
  const text = formatNumber(value, format);
  if (scheme.endsWith('ParenBoth')) return `(${text})`;
  return scheme.endsWith('ParenR') ? `${text})` : scheme.endsWith('Plain') ? text : `${text}.`;
}

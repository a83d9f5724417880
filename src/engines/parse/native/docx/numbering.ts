import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import { isOn } from '../ooxml/package.ts';
import { formatNumber } from '../number-formats.ts';

/** A paragraph's reference to a numbering (ECMA-376 part 1, 17.9.18 and 17.9.3). */
export interface NumberingReference {
  readonly numId: string;
  /** From 0; absent when a style refers to the numbering and the numbering says at which level. */
  readonly level?: number;
}

/** What the numbering puts before a paragraph. */
export interface NumberMark {
  readonly level: number;
  readonly ordered: boolean;
  readonly value: number;
  /** As shown: `2.`, `a)`, `4.1`, `Article 3`; empty for bullets. */
  readonly label: string;
  /** How many levels the label shows. */
  readonly parts: number;
  /** A bullet that shows nothing: the paragraph goes on with the entry before. pandoc writes further paragraphs so. */
  readonly isBlank?: boolean;
}

interface Level {
  readonly format: string;
  readonly start: number;
  readonly text: string;
  readonly legal: boolean;
  /** The level whose advance restarts this one; the one above by default, 0 for never (17.9.10). */
  readonly restart: number | undefined;
  readonly style: string | undefined;
  readonly isBlankBullet: boolean;
}
interface Numbering {
  readonly abstractId: string;
  readonly levels: ReadonlyMap<number, Level>;
  readonly startOverrides: ReadonlyMap<number, number>;
}

const DEEPEST_LEVEL = 8;
const NUMBERING_LIMIT = 1_000_000;

/** Counts numbered paragraphs in document order, as Word does: instances of one abstract numbering count together. */
export class NumberingCounters {
  readonly #numberings: ReadonlyMap<string, Numbering>;
  readonly #values = new Map<string, (number | undefined)[]>();
  readonly #overridden = new Set<string>();

  /** @param part `numbering.xml`, where the document has one @param styleNumbering what a numbering style refers to */
  constructor(part: XmlElement | undefined, styleNumbering: (style: string) => string | undefined) {
    this.#numberings = readNumberings(part, styleNumbering);
  }

  /** The level at which a paragraph style stands in a numbering. */
  levelOfStyle(numId: string, style: string | undefined): number {
    for (const [level, { style: linked }] of this.#numberings.get(numId)?.levels ?? [])
      if (linked !== undefined && linked === style) return level;
    return 0;
  }

  /** Counts one paragraph. @returns undefined when the reference leads nowhere */
  advance(numId: string, atLevel: number): NumberMark | undefined {
    const numbering = this.#numberings.get(numId);
    const level = Math.min(Math.max(atLevel, 0), DEEPEST_LEVEL);
    const definition = numbering?.levels.get(level);
    if (!numbering || !definition) return undefined;
    const values = this.#values.get(numbering.abstractId) ?? [];
    this.#values.set(numbering.abstractId, values);
    const override = this.#takeOverride(numId, numbering, level);
    const before = values[level];
    const value = override ?? (before === undefined ? definition.start : before + 1);
    values[level] = value;
    for (let above = 0; above < level; above += 1) values[above] ??= numbering.levels.get(above)?.start ?? 1;
    for (let below = level + 1; below <= DEEPEST_LEVEL; below += 1) {
      const restart = numbering.levels.get(below)?.restart;
      if (restart === undefined || (restart > 0 && level < restart)) values[below] = undefined;
    }
    if (definition.format === 'bullet')
      return { level, ordered: false, value, label: '', parts: 0, isBlank: definition.isBlankBullet };
    const parts = definition.text.match(/%[1-9]/g)?.length ?? 0;
    return { level, ordered: true, value, label: labelOf(numbering, definition, values), parts };
  }

  #takeOverride(numId: string, numbering: Numbering, level: number): number | undefined {
    const start = numbering.startOverrides.get(level);
    const key = `${numId}/${level}`;
    if (start === undefined || this.#overridden.has(key)) return undefined;
    this.#overridden.add(key);
    return start;
  }
}

function labelOf(numbering: Numbering, level: Level, values: readonly (number | undefined)[]): string {
  return level.text
    .replaceAll(/%([1-9])/g, (_, digit: string) => {
      const index = Number(digit) - 1;
      const format = level.legal ? 'decimal' : (numbering.levels.get(index)?.format ?? 'decimal');
      return formatNumber(values[index] ?? 1, format);
    })
    .trim();
}

function readNumberings(
  part: XmlElement | undefined,
  styleNumbering: (style: string) => string | undefined,
): Map<string, Numbering> {
  const abstracts = new Map(
    elements(part, 'abstractNum').map((one) => [attribute(one, 'abstractNumId') ?? '', one]),
  );
  const instances = new Map(elements(part, 'num').map((one) => [attribute(one, 'numId') ?? '', one]));
  const abstractOf = (numId: string | undefined) =>
    attribute(child(instances.get(numId ?? ''), 'abstractNumId'), 'val') ?? '';
  const found = new Map<string, Numbering>();
  for (const [numId, instance] of instances) {
    let abstractId = abstractOf(numId);
    const link = attribute(child(abstracts.get(abstractId), 'numStyleLink'), 'val');
    if (link !== undefined) abstractId = abstractOf(styleNumbering(link)) || abstractId;
    const levels = new Map<number, Level>();
    for (const one of elements(abstracts.get(abstractId), 'lvl')) levels.set(levelIndex(one), readLevel(one));
    const startOverrides = new Map<number, number>();
    for (const override of elements(instance, 'lvlOverride')) {
      const replaced = child(override, 'lvl');
      if (replaced) levels.set(levelIndex(override), readLevel(replaced));
      const start = attribute(child(override, 'startOverride'), 'val');
      if (start !== undefined) startOverrides.set(levelIndex(override), wholeNumber(start) ?? 1);
    }
    found.set(numId, { abstractId, levels, startOverrides });
  }
  return found;
}

function levelIndex(element: XmlElement): number {
  return wholeNumber(attribute(element, 'ilvl')) ?? 0;
}

function readLevel(level: XmlElement): Level {
  const value = (name: string) => attribute(child(level, name), 'val');
  const format = value('numFmt') ?? 'decimal';
  return {
    format,
    start: wholeNumber(value('start')) ?? 0,
    text: (value('lvlText') ?? '').slice(0, 200),
    legal: isOn(child(level, 'isLgl')),
    restart: wholeNumber(value('lvlRestart')),
    style: value('pStyle'),
    // A picture may be the bullet (17.9.9).
    isBlankBullet:
      format === 'bullet' && value('lvlText')?.trim() === '' && child(level, 'lvlPicBulletId') === undefined,
  };
}

/** A number from 0, within what documents have. */
export function wholeNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined &&
    text.trim() !== '' &&
    Number.isInteger(value) &&
    Math.abs(value) <= NUMBERING_LIMIT
    ? Math.max(0, value)
    : undefined;
}

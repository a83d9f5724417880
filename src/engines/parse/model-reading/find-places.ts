import type { Box, Word } from '../../../model/document.ts';
import { tokensOf } from './tokens.ts';

/** Places of a word that are looked at: a word that stands everywhere says little about where a text stands. */
const MOST_CANDIDATES = 1_000;
/** Words of the page that a text may pass over between two of its own: hyphens, signs that it writes otherwise. */
const FARTHEST_SKIP = 3;
/** Less of a text found says nothing about the whole of it. */
const LEAST_FOUND = 0.5;

interface PlacedToken {
  readonly token: string;
  readonly box: Box;
}

/**
 * Finds where texts stand on a page by its words and their boxes. Each word is given away once, so that a text that
 * stands twice is found in both places.
 */
export class PlaceFinder {
  readonly #tokens: readonly PlacedToken[];
  readonly #positions = new Map<string, number[]>();
  readonly #taken: Uint8Array;
  /** Behind the last word that was given away: texts are asked for roughly in the order of the page. */
  #next = 0;

  constructor(words: readonly Word[]) {
    this.#tokens = words.flatMap(({ text, box }) => tokensOf(text).map((token) => ({ token, box })));
    this.#taken = new Uint8Array(this.#tokens.length);
    for (const [index, { token }] of this.#tokens.entries()) {
      const found = this.#positions.get(token);
      if (found) found.push(index);
      else this.#positions.set(token, [index]);
    }
  }

  /** @returns the box around a text; undefined when too little of it stands on the page */
  find(text: string): Box | undefined {
    const tokens = tokensOf(text);
    const found: number[] = [];
    let last: number | undefined;
    for (const [index, token] of tokens.entries()) {
      const position = this.#beside(token, last) ?? this.#anywhere(token, tokens[index + 1]);
      if (position === undefined) continue;
      this.#taken[position] = 1;
      found.push(position);
      last = position;
    }
    if (tokens.length === 0 || found.length < tokens.length * LEAST_FOUND) {
      for (const position of found) this.#taken[position] = 0;
      return undefined;
    }
    this.#next = (last ?? 0) + 1;
    return unionBox(found.flatMap((position) => this.#tokens[position]?.box ?? []));
  }

  #beside(token: string, last: number | undefined): number | undefined {
    if (last === undefined) return undefined;
    for (let position = last + 1; position <= last + 1 + FARTHEST_SKIP; position += 1) {
      if (this.#tokens[position]?.token === token && this.#taken[position] === 0) return position;
    }
    return undefined;
  }

  /** A place that is free, best one where the next word of the text follows, and behind what was found before. */
  #anywhere(token: string, following: string | undefined): number | undefined {
    let best: { position: number; score: number } | undefined;
    let looked = 0;
    for (const position of this.#positions.get(token) ?? []) {
      looked += 1;
      if (looked > MOST_CANDIDATES) break;
      if (this.#taken[position] === 1) continue;
      const continues = following !== undefined && this.#tokens[position + 1]?.token === following;
      const score = (continues ? 2 : 0) + (position >= this.#next ? 1 : 0);
      if (!best || score > best.score) best = { position, score };
    }
    return best?.position;
  }
}

/** The smallest box around all; undefined for none. */
export function unionBox(boxes: readonly Box[]): Box | undefined {
  const [first] = boxes;
  if (!first) return undefined;
  let { x, y } = first;
  let right = x + first.w;
  let bottom = y + first.h;
  for (const box of boxes) {
    x = Math.min(x, box.x);
    y = Math.min(y, box.y);
    right = Math.max(right, box.x + box.w);
    bottom = Math.max(bottom, box.y + box.h);
  }
  const round = (value: number) => Math.round(value * 100) / 100;
  return { x: round(x), y: round(y), w: round(right - x), h: round(bottom - y) };
}

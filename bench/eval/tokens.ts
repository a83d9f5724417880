/** Text measures: what was read, and in which order. */

/** Markdown and HTML as the words a reader sees, so that two ways of writing a structure compare equal. */
export function readable(markdown: string): string {
  return markdown
    .replaceAll(/<!--[\s\S]*?-->/g, ' ')
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, ' $1 ')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, ' ')
    .replaceAll(/&(amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);/gi, (whole, name: string) => entity(name) ?? whole)
    .replaceAll(/^[ \t]*\|?[ \t:|-]+\|[ \t:|-]*$/gm, ' ')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/[*_`#|~]/g, ' ');
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return NAMED[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Words and numbers in lower case; punctuation does not count. CJK has no spaces, so each sign is a word. */
export function tokens(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

export interface Overlap {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How two bags of things overlap. Two empty bags agree. */
export function overlap(found: readonly string[], expected: readonly string[]): Overlap {
  const left = new Map<string, number>();
  for (const item of expected) left.set(item, (left.get(item) ?? 0) + 1);
  let common = 0;
  for (const item of found) {
    const count = left.get(item) ?? 0;
    if (count === 0) continue;
    left.set(item, count - 1);
    common += 1;
  }
  if (found.length === 0 && expected.length === 0) return { precision: 1, recall: 1, f1: 1 };
  const precision = found.length === 0 ? 0 : common / found.length;
  const recall = expected.length === 0 ? 0 : common / expected.length;
  return { precision, recall, f1: common === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/** Token F1 of two texts. */
export function tokenF1(found: string, expected: string): number {
  return overlap(tokens(readable(found)), tokens(readable(expected))).f1;
}

/**
 * Similarity of two texts with their order, 0 to 1: twice the longest common subsequence over both lengths
 * (normalised indel similarity, the NID of the document benchmarks). Counted over characters.
 */
export function orderSimilarity(found: string, expected: string): number {
  const a = Array.from(squeeze(readable(found)));
  const b = Array.from(squeeze(readable(expected)));
  if (a.length === 0 && b.length === 0) return 1;
  return (2 * longestCommon(a, b)) / (a.length + b.length);
}

function squeeze(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
}

/** Length of the longest common subsequence, 31 signs at a time (Hyyrö 2004). */
export function longestCommon(a: readonly string[], b: readonly string[]): number {
  const BITS = 30;
  const words = Math.ceil(a.length / BITS);
  const full = 2 ** BITS - 1;
  const masks = new Map<string, Int32Array>();
  for (const [index, sign] of a.entries()) {
    const mask = masks.get(sign) ?? new Int32Array(words);
    const word = Math.floor(index / BITS);
    mask[word] = (mask[word] ?? 0) | (1 << (index % BITS));
    masks.set(sign, mask);
  }
  const state = new Int32Array(words).fill(full);
  for (const sign of b) {
    const mask = masks.get(sign);
    if (!mask) continue;
    let carry = 0;
    for (let word = 0; word < words; word += 1) {
      const value = state[word] ?? 0;
      const matched = value & (mask[word] ?? 0);
      const sum = value + matched + carry;
      carry = sum > full ? 1 : 0;
      state[word] = (sum & full) | (value & ~matched);
    }
  }
  let length = 0;
  for (let index = 0; index < a.length; index += 1) {
    if (((state[Math.floor(index / BITS)] ?? 0) & (1 << (index % BITS))) === 0) length += 1;
  }
  return length;
}

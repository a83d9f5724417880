/** Scripts that are written without blanks between words: their signs are compared one by one. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}\p{N}]+/gu;

/** The words of a text for comparing: case, width of letters, marks of emphasis and punctuation play no part. */
export function tokensOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(TOKEN) ?? [];
}

/** Letters in a row that two texts are compared by where words are not, and blanks of no account. */
const RUN = 4;

/** Every run of four letters of some words written without blanks: gluing and hyphens change few of them. */
export function runsOf(tokens: readonly string[]): string[] {
  const letters = tokens.join('');
  return Array.from({ length: Math.max(0, letters.length - RUN + 1) }, (_, at) =>
    letters.slice(at, at + RUN),
  );
}

/** How many of `some` are also in `others`; each counts as often as it stands there. */
export function countShared(some: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const token of others) left.set(token, (left.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of some) {
    const count = left.get(token) ?? 0;
    if (count === 0) continue;
    left.set(token, count - 1);
    shared += 1;
  }
  return shared;
}

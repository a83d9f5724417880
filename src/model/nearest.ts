/** Letters in which a misspelt word may differ from the one that was meant. */
const MAX_TYPOS = 3;

/** The word that was probably meant: the nearest of those that differ in few letters; undefined where none does. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const close = candidates
    .map((candidate) => ({ candidate, typos: distance(candidate, word) }))
    .filter(({ candidate, typos }) => typos <= Math.min(MAX_TYPOS, candidate.length / 2));
  return close.toSorted((a, b) => a.typos - b.typos)[0]?.candidate;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(
        Math.min((row[j] ?? 0) + Number(letter !== other), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

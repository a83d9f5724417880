/** A line of signs that a text does not hold, so that between two of them it cannot end its own quotation. */
export function fenceFor(text: string): string {
  const longest = (text.match(/=+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 9);
  return '='.repeat(longest + 1);
}

/** A text as data: what it is, and the text between fences. */
export function quoted(what: string, text: string): string {
  const fence = fenceFor(text);
  return `${what}\n${fence}\n${text}\n${fence}`;
}

/**
 * Tokens that a text has at most, whatever the model: words of Latin letters come in pieces of three letters or more,
 * digits and signs often one by one, and letters of other scripts as one token or two each.
 */
export function estimateTokens(text: string): number {
  const letters = text.match(/[a-z]/gi)?.length ?? 0;
  const spaces = text.match(/[ \n]/g)?.length ?? 0;
  const signs = text.match(/[!-@[-`{-~\t]/g)?.length ?? 0;
  const others = text.length - letters - spaces - signs;
  return Math.ceil(letters / 3 + spaces / 6 + signs / 1.5 + others);
}

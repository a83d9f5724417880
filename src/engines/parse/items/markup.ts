/** Characters that markdown gives a meaning to and that LiteParse escapes or adds in a block's text. */
const MARKDOWN_SIGNS = /[*_\\`[\]~]/;

/** In longer texts only escapes are resolved: pairing signs takes quadratic time, and the text may be hostile. */
const LONGEST_PAIRED = 10_000;

/** The reader's text of a block whose text is markdown: escapes, emphasis, code spans and links resolved. */
export function plainText(markdown: string): string {
  if (!MARKDOWN_SIGNS.test(markdown)) return markdown;
  const unpaired =
    markdown.length > LONGEST_PAIRED
      ? markdown
      : markdown
          .replace(/(?<!\\)!?\[((?:\\.|[^\]\\])*)\]\((?:\\.|[^)\\])*\)/g, '$1')
          .replace(/(?<!\\)(\*{1,3}|~~|`)(?=\S)(.+?)(?<=[^\s\\])\1/g, '$2');
  return unpaired.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/** Text as HTML content. */
export function escapeHtml(text: string): string {
  return /[&<>"]/.test(text)
    ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
    : text;
}

/** Text drawn on the page, with the signs escaped that would make markdown of it. */
export function escapeMarkdown(text: string): string {
  return MARKDOWN_SIGNS.test(text) ? text.replace(/[*_\\`[\]~]/g, '\\$&') : text;
}

/** Lines as one; blanks around a break go with it. */
export function onOneLine(text: string, separator = ' '): string {
  return text.includes('\n') ? text.replaceAll(/(?<!\s)\s*\n\s*/g, () => separator) : text;
}

/** A row of backticks that is longer than any in the text, and at least of the length given. */
export function fenceFor(text: string, shortest: number): string {
  let longest = shortest - 1;
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  return '`'.repeat(longest + 1);
}

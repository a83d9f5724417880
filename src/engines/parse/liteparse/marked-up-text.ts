import type { LayoutBlock } from '@llamaindex/liteparse';

/** Where a link of markdown goes: not among the letters that are shown. */
const TARGET = /\]\((?:\\.|[^)\\])*\)/g;
const LETTER = /[\p{L}\p{N}]/u;

/** The letters and digits that markdown shows, in UTF-16 units; signs and blanks come and go between print and markdown. */
export function lettersOf(text: string): string {
  const shown = text.includes('](') ? text.replaceAll(TARGET, ']') : text;
  return shown.replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * Cuts markdown at the first blank behind so many of its letters.
 * @param letters counted as {@link lettersOf} has them
 * @returns undefined where there is no such blank, or the cut would part what belongs together: a link, or print in bold
 */
export function cutAfterLetters(text: string, letters: number): { head: string; tail: string } | undefined {
  let left = letters;
  let at = 0;
  while (at < text.length && left > 0) {
    if (text.startsWith('](', at)) {
      TARGET.lastIndex = at;
      const target = TARGET.exec(text);
      if (target?.index !== at) return undefined;
      at += target[0].length;
      continue;
    }
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (LETTER.test(sign)) left -= sign.length;
    at += sign.length;
  }
  const blank = text.slice(at).search(/\s/);
  if (left !== 0 || blank < 0) return undefined;
  const head = text.slice(0, at + blank);
  return isWhole(head) ? { head, tail: text.slice(at + blank).trim() } : undefined;
}

/** Whether all that is opened is closed. */
function isWhole(markdown: string): boolean {
  const plain = markdown.replaceAll(/\\[\\`*_[\]~]/g, '');
  const signs = (sign: RegExp) => plain.match(sign)?.length ?? 0;
  return (
    signs(/\[/g) === signs(/\]/g) && signs(/\*/g) % 2 === 0 && signs(/`/g) % 2 === 0 && signs(/~~/g) % 2 === 0
  );
}

/** Two lines, or what begins with them, as one; a word that the end of the first has divided becomes whole again. */
export function joinLines(text: string, line: string): string {
  return /\p{L}-$/u.test(text) && /^\p{Ll}/u.test(line) ? text.slice(0, -1) + line : `${text} ${line}`;
}

/** LiteParse marks a paragraph that is bold or italic as a whole on the block instead of in its text. */
export function emphasised({ text = '', bold, italic }: LayoutBlock): string {
  const [strong, slanted] = [bold === true ? '**' : '', italic === true ? '*' : ''];
  return `${strong}${slanted}${text}${slanted}${strong}`;
}

import type { LayoutBlock } from '@llamaindex/liteparse';

const LETTER = /[\p{L}\p{N}]/u;

/** The letters and digits that markdown shows, in UTF-16 units; signs and blanks come and go between print and markdown. */
export function lettersOf(text: string): string {
  return withoutTargets(text).replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** Where links go is not among the letters that are shown. */
function withoutTargets(text: string): string {
  let shown = '';
  let from = 0;
  for (;;) {
    const at = text.indexOf('](', from);
    const end = at < 0 ? undefined : endOfTarget(text, at);
    if (end === undefined) return shown + text.slice(from);
    shown += text.slice(from, at + 1);
    from = end;
  }
}

/** Behind a link's target that begins with `](`; undefined where nothing closes it. */
function endOfTarget(text: string, start: number): number | undefined {
  for (let at = start + 2; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ')') return at + 1;
  }
  return undefined;
}

/**
 * Cuts markdown at the first blank behind so many of its letters.
 * @param letters counted as {@link lettersOf} has them
 * @returns undefined where there is no such blank before more letters, or the cut would part what belongs together: a link, or print in bold
 */
export function cutAfterLetters(text: string, letters: number): { head: string; tail: string } | undefined {
  let left = letters;
  let at = 0;
  while (at < text.length && left > 0) {
    if (text.startsWith('](', at)) {
      const end = endOfTarget(text, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (LETTER.test(sign)) left -= sign.length;
    at += sign.length;
  }
  const blank = text.slice(at).search(/\s/);
  if (left !== 0 || blank < 0) return undefined;
  // Scripts without blanks between words may have none between lines.
  if (lettersOf(text.slice(at, at + blank)) !== '') return undefined;
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

/** Lines as one; a word that the end of a line has divided becomes whole again. */
export function joinLines(lines: readonly string[]): string {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (next === undefined) text += line;
    else if (/\p{L}-$/u.test(line.slice(-3)) && /^\p{Ll}/u.test(next)) text += line.slice(0, -1);
    else text += `${line} `;
  }
  return text;
}

/** LiteParse marks a paragraph that is bold or italic as a whole on the block instead of in its text. */
export function emphasised({ text = '', bold, italic }: LayoutBlock): string {
  const [strong, slanted] = [bold === true ? '**' : '', italic === true ? '*' : ''];
  return `${strong}${slanted}${text}${slanted}${strong}`;
}

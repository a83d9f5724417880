import type { LevelledEntry } from '../nest-lists.ts';
import { attributeOf, isElement, textContent, type Element } from './dom.ts';

/**
 * Word and Outlook write lists as paragraphs whose style names the list and the level (`mso-list:l0 level1 lfo1`), after
 * the mark as a browser would show it (`mso-list:Ignore`).
 */
const LEVEL = /(?:^|;)\s*mso-list\s*:\s*l\d+\s+level(\d{1,2})\b/i;
const MARK = /(?:^|;)\s*mso-list\s*:\s*ignore\b/i;
/** Letters need a sign after them: bullets in fonts of symbols are single letters. */
const NUMBER = /^\(?(?:(?:\d{1,9}\.)*(\d{1,9})[.):]?|\p{L}{1,9}[.)])$/u;

/** Marks stand a few elements deep, in what makes them bold or gives them a font. */
const DEEPEST_MARK = 8;

/** How the paragraph stands in a list; undefined where it does not. */
export function wordListPlace(paragraph: Element): Omit<LevelledEntry, 'content'> | undefined {
  const level = Number(LEVEL.exec(attributeOf(paragraph, 'style') ?? '')?.[1] ?? 0);
  if (level === 0) return undefined;
  const mark = wordListMark(paragraph) ?? '';
  const number = NUMBER.exec(mark);
  if (!number) return { level: level - 1, ordered: false };
  const value = number[1] === undefined ? undefined : Number(number[1]);
  return {
    level: level - 1,
    ordered: true,
    ...(value !== undefined && { number: value }),
    ...(mark !== `${value}.` && { label: mark }),
  };
}

/** The mark that is written before the text. */
export function wordListMark(element: Element, levels = DEEPEST_MARK): string | undefined {
  for (const node of element.childNodes) {
    if (!isElement(node)) continue;
    const mark = isWordListMark(node)
      ? textContent(node).replaceAll(/\s+/g, ' ').trim()
      : levels > 0
        ? wordListMark(node, levels - 1)
        : undefined;
    if (mark !== undefined) return mark;
  }
  return undefined;
}

export function isWordListMark(element: Element): boolean {
  return element.tagName === 'span' && MARK.test(attributeOf(element, 'style') ?? '');
}

/** The level of a heading that is a paragraph by its element; the names are Word's in every language. */
export function wordHeadingLevel(paragraph: Element): number | undefined {
  const name = /(?:^|\s)Mso(Title|Subtitle)(?:\s|$)/.exec(attributeOf(paragraph, 'class') ?? '')?.[1];
  return name === undefined ? undefined : name === 'Title' ? 1 : 2;
}

import type { LayoutBlock, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { escapeMarkdown } from '../items/markup.ts';
import { groupIntoLines, unionRect } from './geometry.ts';
import { lineText } from './line-text.ts';
import { joinLines, lettersOf } from './marked-up-text.ts';
import { rightOf } from './tables/words.ts';

/** A number without a dot, as some producers set before the entries of a list, in print larger than the text's. */
const NUMBER = /^(\d{1,3})\s+(?=\S)/;
const FEWEST_ENTRIES = 2;
/** Headings of a page that are looked at: each is compared with all that stands below it. */
const MOST_HEADINGS = 50;
/** Points by which the lines of a list begin further left than its first. */
const SLACK = 3;

type Line = readonly TextItem[];

/**
 * Turns headings that are numbered lists into lists. LiteParse goes by the size of print, which the numbers of an entry can
 * have alone, and joins what it takes for the lines of one heading.
 */
export function listsInsteadOfHeadings<Page extends Pick<ParsedPage, 'blocks' | 'textItems'>>(
  page: Page,
): Page {
  const { blocks = [] } = page;
  const numbered = new Set(blocks.filter(beginsList).slice(0, MOST_HEADINGS));
  const out = blocks.flatMap(
    (block) => (numbered.has(block) ? entriesOf(block, page.textItems) : undefined) ?? [block],
  );
  return out.length === blocks.length ? page : { ...page, blocks: out };
}

function beginsList({ kind, text = '' }: LayoutBlock): boolean {
  return kind === 'heading' && NUMBER.exec(text)?.[1] === '1' && text.includes(' 2 ');
}

function entriesOf({ bbox, text = '' }: LayoutBlock, items: readonly TextItem[]) {
  if (!bbox) return undefined;
  const below = items.filter(
    (item) =>
      item.text.trim() !== '' &&
      item.x >= bbox.x - SLACK &&
      item.x < rightOf(bbox) &&
      item.y + item.height / 2 > bbox.y,
  );
  const lines = linesWith(lettersOf(text), groupIntoLines(below));
  if (!lines?.[0] || NUMBER.exec(lineText(lines[0]))?.[1] !== '1') return undefined;
  const entries: Line[][] = [];
  for (const line of lines) {
    if (NUMBER.exec(lineText(line))?.[1] === String(entries.length + 1)) entries.push([line]);
    else entries.at(-1)?.push(line);
  }
  if (entries.length < FEWEST_ENTRIES) return undefined;
  return entries.flatMap((entry, index): LayoutBlock[] => {
    const rect = unionRect(entry.flat());
    const whole = joinLines(entry.map(lineText));
    const own = escapeMarkdown(whole.replace(NUMBER, ''));
    const marker = `${index + 1}.`;
    return rect ? [{ kind: 'list_item', ordered: true, marker, level: 0, text: own, bbox: rect }] : [];
  });
}

/** The first of the lines, as many as have just these letters. */
function linesWith(letters: string, lines: readonly Line[]): readonly Line[] | undefined {
  let read = 0;
  for (const [index, line] of lines.entries()) {
    const own = lettersOf(lineText(line));
    if (!letters.startsWith(own, read)) return undefined;
    read += own.length;
    if (read === letters.length) return lines.slice(0, index + 1);
  }
  return undefined;
}

import type { LayoutBlock, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, holdsCentre } from './geometry.ts';

/** Hebrew, Arabic, Syriac, Thaana, N'Ko and the Arabic presentation forms. */
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const RTL_LETTERS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;

/**
 * PDFs store right-to-left lines in the order in which they are drawn, and LiteParse keeps that order between
 * words (letters inside a word come out right). Turns the words of such lines round, in the page's text and in
 * its paragraphs, headings and list items. Pages without right-to-left letters come back as they are.
 */
export function mendRightToLeft(page: ParsedPage): ParsedPage {
  if (!RTL_LETTER.test(page.text)) return page;
  return {
    ...page,
    text: page.text.split('\n').map(logicalOrder).join('\n'),
    blocks: (page.blocks ?? []).map((block) => mendBlock(block, page.textItems)),
  };
}

/** Turns the words of one drawn line into reading order; runs of left-to-right words keep their own order. */
export function logicalOrder(line: string): string {
  if (!isRightToLeft(line)) return line;
  const reversed = (line.match(/\s+|\S+/g) ?? []).toReversed().map(closePunctuation);
  const out: string[] = [];
  for (let index = 0; index < reversed.length;) {
    let end = index;
    // A run of left-to-right words goes on over single gaps and ends at the next right-to-left word.
    while (end < reversed.length && !RTL_LETTER.test(reversed[end] ?? '')) end += 1;
    const run = reversed.slice(index, end);
    const trailingGap = run.length > 1 && /^\s/.test(run.at(-1) ?? '') ? [run.pop() ?? ''] : [];
    const leadingGap = run.length > 1 && /^\s/.test(run[0] ?? '') ? [run.shift() ?? ''] : [];
    out.push(...leadingGap, ...run.toReversed(), ...trailingGap);
    if (end < reversed.length) out.push(reversed[end] ?? '');
    index = end + 1;
  }
  return out.join('');
}

/** A stop drawn to the left of a right-to-left word closes it, so it belongs behind the word's letters. */
function closePunctuation(word: string): string {
  const match = RTL_LETTER.test(word) ? /^([.,:;!\u060c\u061b\u061f]+)(.+)$/.exec(word) : null;
  return match ? `${match[2]}${match[1]}` : word;
}

function isRightToLeft(text: string): boolean {
  const rtl = text.match(RTL_LETTERS)?.length ?? 0;
  if (rtl === 0) return false;
  const ltr = text.match(/[A-Za-z\u00c0-\u024f\u0370-\u058f]/g)?.length ?? 0;
  return rtl > ltr / 2;
}

/** A block's text joins its lines, so they are found again through the text items that the block covers. */
function mendBlock(block: LayoutBlock, textItems: readonly TextItem[]): LayoutBlock {
  if (block.rows || block.header) {
    const mend = (cells: NonNullable<LayoutBlock['header']>) =>
      cells.map((cell) => ({ ...cell, text: logicalOrder(cell.text) }));
    return {
      ...block,
      ...(block.header ? { header: mend(block.header) } : {}),
      ...(block.rows ? { rows: block.rows.map(mend) } : {}),
    };
  }
  const box = block.bbox;
  if (block.text === undefined || !box || !isRightToLeft(block.text)) return block;
  const covered = textItems.filter((item) => holdsCentre(box, item));
  if (covered.length === 0) return { ...block, text: logicalOrder(block.text) };
  const lines = groupIntoLines(covered).map((line) =>
    logicalOrder(line.map((item) => item.text.trim()).join(' ')),
  );
  return { ...block, text: lines.join(' ') };
}

import type { LayoutBlock, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, holdsCentre } from './geometry.ts';
import { lineText } from './line-text.ts';

const FEWEST_LINES = 2;
/** Names of fonts whose signs are of one width. */
const ONE_WIDTH = /mono|courier|consol|menlo|monaco|typewriter|cmtt|lmtt|sftt|ttf?10\b/i;
/** The share of these among all signs that programs have, and tables of words do not. */
const CODE_SIGNS = /[{}()[\];=<>$#\\|]/g;
const LEAST_CODE_SIGNS = 0.03;

/**
 * Turns tables that are code into code: a frame around a listing looks like the lines of a table, and its words like cells.
 * The lines of a listing are one run of text each; those of a table in such a font have gaps between its columns.
 */
export function codeInsteadOfTables(page: ParsedPage): ParsedPage {
  const { blocks = [] } = page;
  if (!blocks.some(({ kind }) => kind === 'table')) return page;
  const out = blocks.map((block) => codeOf(block, page.textItems) ?? block);
  return out.every((block, index) => block === blocks[index]) ? page : { ...page, blocks: out };
}

function codeOf({ kind, bbox }: LayoutBlock, items: readonly TextItem[]): LayoutBlock | undefined {
  if (kind !== 'table' || !bbox) return undefined;
  const own: TextItem[] = [];
  for (const item of items) {
    if (item.text.trim() === '' || !holdsCentre(bbox, item)) continue;
    if (!ONE_WIDTH.test(item.fontName ?? '')) return undefined;
    own.push(item);
  }
  const lines = groupIntoLines(own);
  if (lines.length < FEWEST_LINES || lines.length !== own.length) return undefined;
  const texts = lines.map(lineText);
  const whole = texts.join('');
  const signs = whole.match(CODE_SIGNS)?.length ?? 0;
  return signs >= whole.length * LEAST_CODE_SIGNS ? { kind: 'code', lines: texts, bbox } : undefined;
}

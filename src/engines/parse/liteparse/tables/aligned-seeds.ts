import type { LayoutBlock } from '@llamaindex/liteparse';
import { unionRect } from '../geometry.ts';
import { bodyColumns, type TableLine, tableLines } from './region.ts';
import { bottomOf, type Word } from './words.ts';

/** Lines of a table that nothing else shows: two of three columns, or three of two. */
const FEWEST_LINES = 2;
const FEWEST_TEXTS = 6;
/** Further apart, in line heights, lines belong to different things. */
const LOOSE_GAP = 1.6;
/** Columns whose texts have as many words on average are columns of prose. */
const PROSE_WORDS = 6;

/**
 * Where words stand in columns, over the whole page (contract 7.2, `aggressive_table_extraction`): places for the finder
 * of unruled tables to look at beside those that LiteParse names. Finds addresses and forms as well; that is why nobody
 * gets it without asking.
 * @param words that are part of no other table
 */
export function alignedSeeds(words: readonly Word[]): LayoutBlock[] {
  const seeds: LayoutBlock[] = [];
  let run: TableLine[] = [];
  const end = () => {
    const bbox = isTable(run) ? unionRect(run) : undefined;
    if (bbox) seeds.push({ kind: 'table', bbox });
    run = [];
  };
  for (const line of tableLines(words.filter((word) => word.upright))) {
    const last = run.at(-1);
    if (last && line.y - bottomOf(last) > LOOSE_GAP * Math.max(line.height, last.height)) end();
    if (line.segments.length > 1) run.push(line);
    else end();
  }
  end();
  return seeds;
}

function isTable(lines: readonly TableLine[]): boolean {
  const columns = bodyColumns(lines).length;
  if (columns < 2 || lines.length < FEWEST_LINES) return false;
  const texts = lines.flatMap((line) => line.segments);
  const count = texts.reduce((sum, { words }) => sum + words.length, 0);
  return texts.length >= FEWEST_TEXTS && count < PROSE_WORDS * texts.length;
}

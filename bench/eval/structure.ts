import { relations, rowsGrid, type GridCell } from './table-relations.ts';
import { overlap, readable, tokens } from './tokens.ts';

/** Structure of a document as its markdown tells it. */
export interface Structure {
  readonly headings: readonly string[];
  readonly listEntries: readonly string[];
  readonly tables: readonly (readonly GridCell[])[];
}

const key = (text: string): string => tokens(readable(text)).join(' ');

/** Reads headings, list entries and tables off markdown. Only what both sides write is compared. */
export function readStructure(markdown: string): Structure {
  const headings: string[] = [];
  const listEntries: string[] = [];
  const tables: GridCell[][] = [];
  let rows: string[][] = [];
  let fenced = false;
  const endTable = () => {
    if (rows.length > 0) tables.push(rowsGrid(rows));
    rows = [];
  };
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) continue;
    if (/^\s*\|.*\|\s*$/.test(line)) {
      if (!/^[\s|:-]+$/.test(line) || !line.includes('-')) rows.push(cellsOf(line));
      continue;
    }
    endTable();
    const heading = /^#{1,6}\s+(.+)$/.exec(line)?.[1];
    if (heading !== undefined) headings.push(key(heading));
    const entry = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(.+)$/.exec(line)?.[1];
    if (entry !== undefined) listEntries.push(key(entry));
  }
  endTable();
  return { headings, listEntries, tables };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

export interface StructureScores {
  /** Undefined where neither side has any. */
  readonly headings: number | undefined;
  readonly lists: number | undefined;
  readonly tables: number | undefined;
}

export function compareStructure(found: string, expected: string): StructureScores {
  const a = readStructure(found);
  const b = readStructure(expected);
  const score = (x: readonly string[], y: readonly string[]) =>
    y.length === 0 ? undefined : overlap(x, y).f1;
  return {
    headings: score(a.headings, b.headings),
    lists: score(a.listEntries, b.listEntries),
    tables: score(a.tables.flatMap(relations), b.tables.flatMap(relations)),
  };
}

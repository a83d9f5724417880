import type { GridCell } from './table-relations.ts';

/** A statement about one page that a good parse satisfies. */
export interface PageRule {
  readonly pdf: string;
  readonly page: number;
  readonly id: string;
  readonly type: 'present' | 'absent' | 'order' | 'table' | 'math';
  readonly text?: string;
  readonly before?: string;
  readonly after?: string;
  readonly max_diffs?: number;
  readonly case_sensitive?: boolean;
  readonly first_n?: number;
  readonly last_n?: number;
  readonly math?: string;
  readonly cell?: string;
  readonly left?: string;
  readonly right?: string;
  readonly up?: string;
  readonly down?: string;
  readonly top_heading?: string;
  readonly left_heading?: string;
}

export interface RulePage {
  readonly markdown: string;
  readonly tables: readonly (readonly GridCell[])[];
}

/** Whether a page satisfies a rule. */
export function satisfies(rule: PageRule, page: RulePage): boolean {
  const fold = (text: string) => foldText(text, rule.case_sensitive ?? true);
  const content = fold(page.markdown);
  const near = (text: string, from = content) => find(from, fold(text), rule.max_diffs ?? 0);
  switch (rule.type) {
    case 'present':
      return near(rule.text ?? '') >= 0;
    case 'absent': {
      const parts = [
        ...(rule.first_n ? [content.slice(0, rule.first_n)] : []),
        ...(rule.last_n ? [content.slice(-rule.last_n)] : []),
      ];
      return (parts.length > 0 ? parts : [content]).every((part) => near(rule.text ?? '', part) < 0);
    }
    case 'order': {
      const before = near(rule.before ?? '');
      const after = near(rule.after ?? '');
      return before >= 0 && after >= 0 && before < after;
    }
    case 'math':
      return page.markdown.replaceAll(/\s/g, '').includes((rule.math ?? '').replaceAll(/\s/g, ''));
    case 'table':
      return page.tables.some((table) => tableSatisfies(rule, table));
  }
}

function foldText(text: string, caseSensitive: boolean): string {
  const folded = text
    .normalize('NFKC')
    .replaceAll(/<br\s*\/?>/gi, ' ')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}/g, '')
    .replaceAll(/[\u2018\u2019\u201a]/g, "'")
    .replaceAll(/[\u201c\u201d\u201e]/g, '"')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return caseSensitive ? folded : folded.toLowerCase();
}

/** Where a text ends that differs from the wanted one in at most `diffs` signs; -1 for nowhere (Sellers 1980). */
function find(content: string, wanted: string, diffs: number): number {
  if (diffs === 0) return content.indexOf(wanted);
  let column = Array.from({ length: wanted.length + 1 }, (_, index) => index);
  for (const [position, sign] of Array.from(content).entries()) {
    const next = [0];
    for (let index = 1; index <= wanted.length; index += 1) {
      next.push(
        Math.min(
          (column[index - 1] ?? 0) + (wanted[index - 1] === sign ? 0 : 1),
          (column[index] ?? 0) + 1,
          (next[index - 1] ?? 0) + 1,
        ),
      );
    }
    column = next;
    if ((column[wanted.length] ?? diffs + 1) <= diffs) return position;
  }
  return -1;
}

function tableSatisfies(rule: PageRule, table: readonly GridCell[]): boolean {
  const same = (cell: GridCell | undefined, text: string) =>
    cell !== undefined && foldText(cell.text, false) === foldText(text, false);
  const at = (row: number, column: number) =>
    table.find(
      (cell) =>
        cell.startRow <= row && cell.endRow >= row && cell.startColumn <= column && cell.endColumn >= column,
    );
  return table
    .filter((cell) => same(cell, rule.cell ?? ''))
    .some(({ startRow, endRow, startColumn, endColumn }) => {
      const checks: boolean[] = [];
      if (rule.left) checks.push(same(at(startRow, startColumn - 1), rule.left));
      if (rule.right) checks.push(same(at(startRow, endColumn + 1), rule.right));
      if (rule.up) checks.push(same(at(startRow - 1, startColumn), rule.up));
      if (rule.down) checks.push(same(at(endRow + 1, startColumn), rule.down));
      if (rule.top_heading)
        checks.push(
          table.some(
            (cell) =>
              cell.endRow < startRow && overlaps(cell, startColumn) && same(cell, rule.top_heading ?? ''),
          ),
        );
      if (rule.left_heading)
        checks.push(
          table.some(
            (cell) =>
              cell.endColumn < startColumn &&
              cell.startRow <= startRow &&
              cell.endRow >= startRow &&
              same(cell, rule.left_heading ?? ''),
          ),
        );
      return checks.every(Boolean);
    });
}

function overlaps(cell: GridCell, column: number): boolean {
  return cell.startColumn <= column && cell.endColumn >= column;
}

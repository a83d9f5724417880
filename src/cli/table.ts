/** Lines up columns for a terminal. Columns whose cells are all numbers are set to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))),
  );
  const numeric = head.map((_, column) =>
    rows.every((row) => /^(\d[\d.,/]*( ?[a-z%]{1,2})?)?$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
        return numeric[column] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((size) => '-'.repeat(size))), ...rows.map(line)].join('\n');
}

/** Columns a text takes: characters, not UTF-16 units. */
function width(text: string): number {
  return Array.from(text).length;
}

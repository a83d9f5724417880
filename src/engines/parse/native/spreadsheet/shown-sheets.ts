import type { ReaderInput } from '../../reader.ts';

/** The sheets that are pages: visible ones, unless hidden ones are asked for or there are no others. */
export function shownSheets<Sheet extends { readonly isHidden: boolean }>(
  sheets: readonly Sheet[],
  { options, warn }: Pick<ReaderInput, 'options' | 'warn'>,
): readonly Sheet[] {
  if (options.spreadsheet.includeHiddenSheets) return sheets;
  const visible = sheets.filter((sheet) => !sheet.isHidden);
  const hidden = sheets.length - visible.length;
  if (hidden === 0) return sheets;
  if (visible.length === 0) {
    warn('All sheets of the workbook are hidden, so they were read in spite of that.');
    return sheets;
  }
  warn(
    `Hidden sheets were left out (${hidden}). They are read with input_options.spreadsheet.include_hidden_sheets.`,
  );
  return visible;
}

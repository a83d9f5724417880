import type { ExtractSettings } from './extract-by-rules.ts';
import type { ParsedDocument, ParsedPage } from './parsed-document.ts';

/** The pages that the settings name, in the document's order. Sheets go before page numbers, those before a limit. */
export function pagesToRead(
  document: ParsedDocument,
  settings: ExtractSettings,
): { readonly pages: readonly ParsedPage[]; readonly warnings: readonly string[] } {
  const { sheet_names: sheets, target_pages: wanted, max_pages: most } = settings;
  const { pages } = document;
  if (sheets && sheets.length > 0) {
    const found = pages.filter((page) => sheets.includes(sheetName(page) ?? ''));
    const missing = sheets.filter((name) => !pages.some((page) => sheetName(page) === name));
    const warnings = missing.map((name) => `The document has no sheet named ${JSON.stringify(name)}.`);
    return { pages: found, warnings };
  }
  if (typeof wanted === 'string' && wanted.trim() !== '') {
    const numbers = pageNumbers(wanted, pages.at(-1)?.pageNumber ?? 0);
    const found = pages.filter((page) => numbers.has(page.pageNumber));
    const warnings = found.length === 0 ? [`None of the pages ${wanted} is in the document.`] : [];
    return { pages: found, warnings };
  }
  if (typeof most === 'number' && pages.length > most) {
    const warnings = [`Only the first ${most} of ${pages.length} pages were looked at, as max_pages says.`];
    return { pages: pages.slice(0, most), warnings };
  }
  return { pages, warnings: [] };
}

/** Readers of workbooks begin each sheet with its name as a heading. */
function sheetName(page: ParsedPage): string | undefined {
  return page.items.find((item) => item.type === 'heading')?.value;
}

function pageNumbers(wanted: string, last: number): Set<number> {
  const numbers = new Set<number>();
  for (const part of wanted.split(',')) {
    const [first = '', end = first] = part.trim().split('-');
    for (let number = Number(first); number <= Math.min(Number(end), last); number += 1) numbers.add(number);
  }
  return numbers;
}

import { LiteParse } from '@llamaindex/liteparse';
import type { Parsed, ParsedPage } from './parsed.ts';
import { rowsGrid } from './table-relations.ts';

/** LiteParse as it comes, in a process of its own: one document, its answer over IPC. */
const [path = '', ocr = ''] = process.argv.slice(2);
const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;

function answer(parsed: Parsed): void {
  process.send?.(parsed, undefined, undefined, () => process.exit(0));
}

try {
  const parser = new LiteParse({
    outputFormat: 'markdown',
    extractBlocks: true,
    quiet: true,
    maxPages: 10_000,
    ...(ocr === '' ? { ocrEnabled: false } : { ocrEnabled: true, tessdataPath: ocr }),
  });
  const result = await parser.parse(path);
  const pages = result.pages.map((page): ParsedPage => ({
    pageNumber: page.pageNum,
    text: page.text,
    markdown: page.markdown ?? page.text,
    tables: (page.blocks ?? [])
      .filter((block) => block.kind === 'table')
      .map((block) =>
        rowsGrid(
          [...(block.header ? [block.header] : []), ...(block.rows ?? [])].map((row) =>
            row.map((cell) => cell.text),
          ),
        ),
      ),
  }));
  answer({ ok: true, pages, seconds: seconds() });
} catch (error) {
  answer({ ok: false, reason: error instanceof Error ? error.message : String(error), seconds: seconds() });
}

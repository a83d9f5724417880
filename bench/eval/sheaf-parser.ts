import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createLocalEngine } from '../../src/engines/parse/supervised/engine.ts';
import { createLogger } from '../../src/logger.ts';
import type { Parsed, ParsedPage } from './parsed.ts';
import { htmlGrid } from './table-relations.ts';

/** Sheaf's own engine, as a worker runs it. */
export interface SheafParser extends AsyncDisposable {
  parse(path: string, parameters?: Record<string, unknown>): Promise<Parsed>;
  /** The engine's own directory: empty when nothing is left behind. */
  readonly directory: string;
}

const MEMORY_LIMIT_BYTES = 2 * 1024 ** 3;
const BASE = { tier: 'cost_effective', version: 'latest' };
/** Tables as markdown, because the truths are written so. */
const MARKDOWN = { output_options: { markdown: { tables: { output_tables_as_markdown: true } } } };

export function createSheafParser(processes: number): SheafParser {
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-eval-'));
  const engine = createLocalEngine({
    processes,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    tmpDir: join(directory, 'engine'),
    logger: createLogger({ level: 'silent' }),
  });
  return {
    directory,
    async parse(path, parameters = {}) {
      const started = performance.now();
      const outputDir = mkdtempSync(join(directory, 'out-'));
      try {
        const outcome = await engine.parse(
          {
            jobId: basename(path),
            inputPath: path,
            fileName: basename(path),
            parameters: { ...BASE, ...MARKDOWN, ...parameters },
            outputDir,
          },
          new AbortController().signal,
        );
        const seconds = (performance.now() - started) / 1000;
        if (outcome.kind === 'failure')
          return { ok: false, reason: `${outcome.code}: ${outcome.message}`, seconds };
        if (outcome.kind === 'cancelled') return { ok: false, reason: 'cancelled', seconds };
        const pack = readFileSync(outcome.packPath);
        const section = (name: 'text' | 'markdown' | 'items') => {
          const { offset, length } = outcome.sections[name];
          return (JSON.parse(pack.subarray(offset, offset + length).toString()) as { pages: WirePage[] })
            .pages;
        };
        const markdown = section('markdown');
        const items = section('items');
        const pages = section('text').map((page, index): ParsedPage => ({
          pageNumber: page.page_number,
          text: page.text ?? '',
          markdown: markdown[index]?.markdown ?? '',
          tables: (items[index]?.items ?? [])
            .filter((item) => item.type === 'table')
            .map((item) => htmlGrid(item.html ?? '')),
        }));
        return { ok: true, pages, seconds };
      } finally {
        rmSync(outputDir, { recursive: true, force: true });
      }
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface WirePage {
  readonly page_number: number;
  readonly text?: string;
  readonly markdown?: string;
  readonly items?: readonly { readonly type: string; readonly html?: string }[];
}

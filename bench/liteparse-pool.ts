import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LiteParse } from '@llamaindex/liteparse';
import { inParallel } from '../src/cli/batch/in-parallel.ts';

/** LiteParse's own pool, as the reference: it parses with the options of Sheaf's first pass and stores the same. */
export interface LiteParsePool {
  /** Parses all files and writes each one's result. @returns pages and wall-clock seconds */
  parseAll(paths: readonly string[]): Promise<{ pages: number; seconds: number }>;
  close(): Promise<void>;
}

export function openLiteParsePool(processes: number, outputDir: string): LiteParsePool {
  const parser = new LiteParse({
    poolSize: processes,
    quiet: true,
    ocrEnabled: false,
    outputFormat: 'markdown',
    extractBlocks: true,
    extractAnnotations: true,
    imageMode: 'placeholder',
    extractLinks: false,
    continueOnPageError: true,
    maxPages: 100_000,
  });

  let rounds = 0;
  const parseOne = async (path: string, directory: string, index: number): Promise<number> => {
    const result = await parser.parse(path).catch(() => undefined);
    if (!result) return 0;
    const pages = result.pages.map(({ pageNum, width, height, text, markdown, blocks, annotations }) => ({
      pageNum,
      width,
      height,
      text,
      markdown,
      blocks,
      annotations,
    }));
    await writeFile(join(directory, `${index}.json`), JSON.stringify({ pages }));
    return pages.length;
  };

  return {
    async parseAll(paths) {
      // New files each time, as of new documents: to write over old ones waits for the disk.
      rounds += 1;
      const directory = join(outputDir, String(rounds));
      await mkdir(directory, { recursive: true });
      const started = performance.now();
      // One more in hand than there are processes, so that none waits for this one to write.
      const counts = await inParallel(paths, processes * 2, (path, index) =>
        parseOne(path, directory, index),
      );
      const pages = counts.reduce((sum, count) => sum + count, 0);
      const seconds = (performance.now() - started) / 1000;
      await rm(directory, { recursive: true });
      return { pages, seconds };
    },
    close: async () => parser.close(),
  };
}

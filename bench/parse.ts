/**
 * `npm run bench:parse`: pages per second of Sheaf's parse processes alone (no server, no database) beside LiteParse's
 * own process pool over the same files, in the same run, with one and with two processes on each side. Both write their
 * results to disk: the pool text, markdown, blocks with boxes and annotations as JSON, Sheaf its packs.
 *
 *   --documents N      made-up born-digital PDFs (300)
 *   --folder DIR       other documents instead
 *   --processes LIST   numbers of processes (1,2)
 *   --rounds N         both sides are measured in turn this many times; the medians are compared (7)
 *   --warm-up N        rounds of both sides before them that do not count (3)
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { createLocalEngine as CreateLocalEngine } from '../src/engines/parse/supervised/engine.ts';
import { inParallel } from '../src/cli/batch/in-parallel.ts';
import { createLogger } from '../src/logger.ts';
import { openLiteParsePool } from './liteparse-pool.ts';
import { benchDocuments, compare, type Measurement, report } from './speed.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '300' },
    folder: { type: 'string' },
    processes: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '7' },
    'warm-up': { type: 'string', default: '3' },
  },
});
/** As in a running server, whose processes run the compiled program. */
const { createLocalEngine } = (await import(
  new URL('../dist/engines/parse/supervised/engine.js', import.meta.url).href
)) as { createLocalEngine: typeof CreateLocalEngine };

const work = await mkdtemp(join(tmpdir(), 'sheaf-bench-'));
try {
  const paths = await benchDocuments(Number(values.documents), values.folder);
  console.log(`${paths.length} files, ${values.rounds} rounds`);
  for (const processes of values.processes.split(',').map(Number)) await measure(paths, processes);
} finally {
  await rm(work, { recursive: true, force: true });
}

async function measure(paths: readonly string[], processes: number): Promise<void> {
  const pool = openLiteParsePool(processes, join(work, `pool-${processes}`));
  const engine = createLocalEngine({
    processes,
    memoryLimitBytes: 2 * 1024 ** 3,
    tmpDir: join(work, `engine-${processes}`),
    logger: createLogger({ level: 'warn' }),
  });
  let rounds = 0;
  const parseAll = async (files: readonly string[]): Promise<Measurement> => {
    rounds += 1;
    const packs = join(work, `packs-${processes}`, String(rounds));
    const started = performance.now();
    const counts = await inParallel(files, processes * 2, async (path, index) => {
      const outputDir = join(packs, String(index));
      await mkdir(outputDir, { recursive: true });
      const outcome = await engine.parse(
        {
          jobId: String(index),
          inputPath: path,
          fileName: basename(path),
          parameters: { tier: 'agentic', version: 'latest' },
          outputDir,
        },
        new AbortController().signal,
      );
      return outcome.kind === 'success' ? outcome.summary.pages.total : 0;
    });
    const pages = counts.reduce((sum, count) => sum + count, 0);
    const seconds = (performance.now() - started) / 1000;
    await rm(packs, { recursive: true });
    return { pages, seconds };
  };
  try {
    // Rounds that do not count: processes of a server live for thousands of documents, and both sides' first hundreds are
    // slower than all that follow.
    for (let round = 1; round <= Number(values['warm-up']); round += 1) {
      await pool.parseAll(paths);
      await parseAll(paths);
    }
    const reference: number[] = [];
    const sheaf: number[] = [];
    const name = processes === 1 ? '1 process' : `${processes} processes`;
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      reference.push(report(`${name}, LiteParse pool, round ${round}`, await pool.parseAll(paths)));
      sheaf.push(report(`${name}, Sheaf,          round ${round}`, await parseAll(paths)));
    }
    compare(name, sheaf, reference);
  } finally {
    await engine.close();
    await pool.close();
  }
}

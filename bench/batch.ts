/**
 * `npm run bench:batch`: pages per second of one batch through a whole Sheaf (HTTP, database, queue, parse, durable
 * results) beside LiteParse's own process pool over the same files, with as many processes and the same outputs
 * written to disk (text, markdown, blocks with boxes, annotations as JSON; without fsync, which Sheaf does).
 *
 *   --documents N   made-up born-digital PDFs (300)
 *   --folder DIR    other documents instead
 *   --processes N   parse processes on both sides (number of cores)
 *   --rounds N      both are measured in turn this many times; the medians are compared (3)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../test/support/sheaf-server.ts';
import { openBatchClient } from './batch-client.ts';
import { openLiteParsePool } from './liteparse-pool.ts';
import { benchDocuments, compare, type Measurement, report } from './speed.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '300' },
    folder: { type: 'string' },
    processes: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '3' },
  },
});
const processes = Number(values.processes);

const work = await mkdtemp(join(tmpdir(), 'sheaf-bench-'));
const dataDir = await makeDataDir();
const server = await startServer(dataDir, {
  SHEAF_PARSE_PROCESSES: String(processes),
  SHEAF_LOG_LEVEL: 'warn',
  SHEAF_MAX_BATCH_FILES: '100000',
  // Every round parses the same files again.
  SHEAF_RESULT_CACHE_HOURS: '0',
});
const pool = openLiteParsePool(processes, join(work, 'out'));
try {
  const paths = await benchDocuments(Number(values.documents), values.folder);
  console.log(`${paths.length} files, ${processes} processes on each side, ${values.rounds} rounds`);
  const warmUp = paths.slice(0, processes * 4);
  await pool.parseAll(warmUp);
  await runBatch(server, warmUp);

  const reference: number[] = [];
  const sheaf: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    reference.push(report(`LiteParse pool, round ${round}`, await pool.parseAll(paths)));
    sheaf.push(report(`Sheaf batch,    round ${round}`, await runBatch(server, paths)));
  }
  compare('median', sheaf, reference);
} finally {
  await pool.close();
  await server.stop();
  await removeDataDir(dataDir);
  await rm(work, { recursive: true, force: true });
}

/** Uploads the files, runs one batch over them, and measures from the batch's creation to its end. */
async function runBatch(target: SheafServer, paths: readonly string[]): Promise<Measurement> {
  const client = openBatchClient(target);
  const { id } = await client.start(await client.upload(paths), 'cfg-PARSE_AGENTIC');
  const { created_at: begun, finished_at: ended, progress } = await client.ended(id);
  if (progress.failed > 0) console.log(`(${progress.failed} files failed)`);
  return { pages: progress.pages, seconds: (Date.parse(ended ?? begun) - Date.parse(begun)) / 1000 };
}

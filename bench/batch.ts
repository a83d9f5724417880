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
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../test/support/sheaf-server.ts';
import { inParallel } from '../src/cli/batch/in-parallel.ts';
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
  const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${target.apiKey}`);
    const response = await fetch(`${target.url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const post = <T>(path: string, body: unknown): Promise<T> =>
    call(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  const directory = await post<{ id: string }>('/api/v1/beta/directories', {
    name: 'bench',
    type: 'ephemeral',
  });
  await inParallel(paths, 8, async (path) => {
    const form = new FormData();
    form.append('upload_file', await openAsBlob(path), basename(path));
    await call(`/api/v1/beta/directories/${directory.id}/files/upload`, { method: 'POST', body: form });
  });
  const { id } = await post<{ id: string }>('/api/v2/batches', {
    source_directory_id: directory.id,
    config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
  });
  for (;;) {
    const batch = await call<{
      created_at: string;
      finished_at: string | null;
      status: string;
      progress: { pages: number; failed: number };
    }>(`/api/v2/batches/${id}`);
    if (batch.finished_at !== null) {
      if (batch.progress.failed > 0) console.log(`(${batch.progress.failed} files failed)`);
      const seconds = (Date.parse(batch.finished_at) - Date.parse(batch.created_at)) / 1000;
      return { pages: batch.progress.pages, seconds };
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

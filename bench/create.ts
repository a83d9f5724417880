/**
 * `npm run bench:create`: accepting a batch of many files, and reading it back with its results, over HTTP beside the
 * bare SQL that writes and reads the same rows. The server has no workers, so that nothing else runs.
 *
 *   --files N  files of the batch (1,000)
 *   --calls N  calls of each kind (50)
 */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { makeDataDir } from '../test/support/sheaf-server.ts';
import { openBenchDatabase, startBenchPostgres, type BenchDatabase } from './bench-server.ts';
import { addFilledDirectory, finishBatch, insertBareBatch } from './create-data.ts';
import { openHttpClient, type HttpClient } from './http-client.ts';
import { measureInTurn, type Latencies } from './latency.ts';

/** Medians, for a batch of a thousand files. */
const GOAL_CREATE_MS = 300;
const GOAL_READ_MS = 60;

const { values } = parseArgs({
  options: { files: { type: 'string', default: '1000' }, calls: { type: 'string', default: '50' } },
});
const files = Number(values.files);
const calls = Number(values.calls);

const dataDir = await makeDataDir();
const postgres = await startBenchPostgres(dataDir);
try {
  await using database = await openBenchDatabase(postgres, dataDir, 'create');
  const directoryId = await addFilledDirectory(database.db, database.projectId, files);
  await using server = await database.startApi({ SHEAF_MAX_BATCH_FILES: String(files) });
  const client = openHttpClient(server);
  try {
    const created = await measureCreate(database, client, directoryId);
    const read = await measureRead(database, client, directoryId);
    const load = loadavg().map((value) => value.toFixed(1));
    console.log(`${files} files, ${calls} calls of each kind; load average ${load.join(' ')}`);
    report('POST /api/v2/batches', created.http, created.sql, GOAL_CREATE_MS);
    report('GET /api/v2/batches/{id}?expand=results', read.http, read.sql, GOAL_READ_MS);
  } finally {
    client.close();
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function createBatch(client: HttpClient, directoryId: string): Promise<string> {
  const answer = await client.call(
    'POST',
    '/api/v2/batches',
    JSON.stringify({
      source_directory_id: directoryId,
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
    }),
  );
  return (JSON.parse(answer) as { id: string }).id;
}

function measureCreate({ db, projectId }: BenchDatabase, client: HttpClient, directoryId: string) {
  return measureInTurn(calls, {
    http: () => createBatch(client, directoryId),
    sql: () => insertBareBatch(db, projectId, directoryId, files),
  });
}

async function measureRead({ db }: BenchDatabase, client: HttpClient, directoryId: string) {
  const id = await createBatch(client, directoryId);
  await finishBatch(db, id);
  const path = `/api/v2/batches/${id}?expand=results`;
  const { results } = JSON.parse(await client.call('GET', path)) as { results: { job_reference: unknown }[] };
  const mapped = results.filter((result) => result.job_reference !== null).length;
  if (mapped !== files) throw new Error(`${path} shows ${mapped} jobs of ${files}`);
  return measureInTurn(calls, {
    http: () => client.call('GET', path),
    sql: () => sql`select * from batch_files where batch_id = ${id} order by position`.execute(db),
  });
}

function report(name: string, http: Latencies, bare: Latencies, goal: number): void {
  const verdict = http.p50 <= goal ? 'reached' : 'missed';
  console.log(
    `${name.padEnd(40)} p50 ${http.p50.toFixed(1)} ms, p99 ${http.p99.toFixed(1)} ms; ` +
      `bare SQL p50 ${bare.p50.toFixed(1)} ms, p99 ${bare.p99.toFixed(1)} ms; ` +
      `ratio ${(http.p50 / bare.p50).toFixed(1)} (goal: p50 at most ${goal} ms, ${verdict})`,
  );
}

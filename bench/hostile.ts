/**
 * `npm run bench:hostile`: a batch of nothing but hostile files, during which `GET /api/v2/batches` is asked again and
 * again; then hostile files and good ones in one batch, whose results are compared with those of the good ones alone.
 *
 *   --copies N   copies of each hostile file (2)
 *   --good N     good documents (20)
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDataDir, removeDataDir, startServer } from '../test/support/sheaf-server.ts';
import { openBatchClient } from './batch-client.ts';
import { hostileDocuments } from './hostile-documents.ts';
import { openHttpClient } from './http-client.ts';
import { Latencies } from './latency.ts';
import { benchDocuments } from './speed.ts';

/** Milliseconds in which 99 of 100 lists are answered. */
const GOAL_P99_MS = 100;
/** Between two lists, in milliseconds. */
const PAUSE_MS = 25;
/** Seconds after which a document is given up: most of these would never end. */
const PARAMETERS = {
  tier: 'agentic',
  version: 'latest',
  processing_control: { timeouts: { base_in_seconds: 10, extra_time_per_page_in_seconds: 1 } },
};

interface BatchResult {
  readonly job_reference: { readonly id: string } | null;
}

const { values } = parseArgs({
  options: { copies: { type: 'string', default: '2' }, good: { type: 'string', default: '20' } },
});
const work = await mkdtemp(join(tmpdir(), 'sheaf-hostile-'));
const dataDir = await makeDataDir();
const server = await startServer(dataDir, { SHEAF_RESULT_CACHE_HOURS: '0', SHEAF_LOG_LEVEL: 'warn' });
const client = openBatchClient(server);
try {
  const hostile: string[] = [];
  for (const [name, bytes] of await hostileDocuments()) {
    for (let copy = 1; copy <= Number(values.copies); copy += 1) {
      hostile.push(join(work, `${copy}-${name}`));
      await writeFile(hostile.at(-1) ?? '', bytes);
    }
  }
  const good = (await benchDocuments(Number(values.good), undefined)).slice(0, Number(values.good));
  const alone = await runBatch(good);
  const p99 = await listWhile(async () => void (await runBatch(hostile)));
  const mixed = await runBatch([...good, ...hostile]);
  const differing = [...alone].filter(([name, digest]) => mixed.get(name) !== digest);
  console.log(
    `GET /api/v2/batches during a batch of ${hostile.length} hostile files: p99 ${p99.toFixed(1)} ms ` +
      `(goal ${GOAL_P99_MS}: ${p99 <= GOAL_P99_MS ? 'reached' : 'missed'})`,
  );
  console.log(
    `${alone.size} good files among them: ${alone.size - differing.length} with the same result as alone` +
      differing.map(([name]) => `\n  differs: ${name}`).join(''),
  );
  process.exitCode = p99 <= GOAL_P99_MS && differing.length === 0 && alone.size === good.length ? 0 : 1;
} finally {
  await server.stop();
  await removeDataDir(dataDir);
  await rm(work, { recursive: true, force: true });
}

/** Runs a batch and prints how its files ended. @returns by name, a digest of each completed file's markdown and items */
async function runBatch(paths: readonly string[]): Promise<Map<string, string>> {
  const { id } = await client.start(await client.upload(paths), PARAMETERS);
  const { progress, status } = await client.ended(id);
  const { results } = await client.get<{ results: readonly BatchResult[] }>(
    `/api/v2/batches/${id}?expand=results`,
  );
  const ends = new Map<string, number>();
  const digests = new Map<string, string>();
  for (const { job_reference: reference } of results) {
    if (!reference) throw new Error('A file was given no job.');
    const result = await client.get<{
      job: { name: string; status: string; error_message: string | null };
      markdown: unknown;
      items: unknown;
    }>(`/api/v2/parse/${reference.id}?expand=markdown&expand=items`);
    const { name, status: end, error_message: message } = result.job;
    const reason =
      end === 'COMPLETED' ? end : `${name.replace(/^\d+-/, '')}: ${(message ?? '').slice(0, 60)}`;
    ends.set(reason, (ends.get(reason) ?? 0) + 1);
    if (end === 'COMPLETED') {
      const text = JSON.stringify([result.markdown, result.items]);
      digests.set(name, createHash('sha256').update(text).digest('hex'));
    }
  }
  console.log(
    `batch of ${paths.length}: ${status}, ${progress.completed} completed, ${progress.failed} failed`,
  );
  for (const [reason, count] of ends) console.log(`  ${count} × ${reason}`);
  return digests;
}

/** @returns the 99th percentile of list calls made until `work` is done, in milliseconds */
async function listWhile(during: () => Promise<void>): Promise<number> {
  const http = openHttpClient(server);
  const latencies = new Latencies();
  let isDone = false;
  const done = during().finally(() => (isDone = true));
  let calls = 0;
  while (!isDone) {
    await latencies.measure(() => http.call('GET', '/api/v2/batches'));
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await done;
  http.close();
  console.log(`${calls} lists, p50 ${latencies.p50.toFixed(1)} ms, p99 ${latencies.p99.toFixed(1)} ms`);
  return latencies.p99;
}

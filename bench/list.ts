/**
 * `npm run bench:list`: lists of batches over HTTP beside the bare page query, for every combination of filters, on
 * the first, the middle and the last page; and how they grow from a small table to a large one.
 *
 *   --rows N        batches in the large table (1,000,000)
 *   --calls N       calls of each kind per page (100)
 *   --page-size N   batches of a page (50)
 *   --only TEXT     only the lists whose name has the text in it
 *   --data-dir DIR  keep the tables there, and use those of an earlier run
 */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import type { EmbeddedPostgres } from '../src/postgres/embedded.ts';
import { makeDataDir } from '../test/support/sheaf-server.ts';
import { openBenchDatabase, startBenchPostgres, type BenchDatabase } from './bench-server.ts';
import { openHttpClient } from './http-client.ts';
import { fillBatches } from './list-data.ts';
import { measureLists, type Measured } from './list-measure.ts';
import type { ListTable } from './list-table.ts';

/** What a page may cost over HTTP beyond its query, at the median. */
const GOAL_OVERHEAD_MS = 3;
/** How much slower a page of the large table may be than of the small one, at the median. */
const GOAL_GROWTH = 1.5;
const SMALL_ROWS = 10_000;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '100' },
    'page-size': { type: 'string', default: '50' },
    only: { type: 'string', default: '' },
    'data-dir': { type: 'string' },
  },
});
const rows = Number(values.rows);
const options = { calls: Number(values.calls), pageSize: Number(values['page-size']), only: values.only };

const dataDir = values['data-dir'] ?? (await makeDataDir());
const postgres = await startBenchPostgres(dataDir);
try {
  await using small = await openTable(postgres, SMALL_ROWS);
  await using large = await openTable(postgres, rows);
  report(await measureLists(large, small, options));
} finally {
  await postgres.stop();
  if (values['data-dir'] === undefined) await rm(dataDir, { recursive: true, force: true });
}

async function openTable(server: EmbeddedPostgres, count: number): Promise<ListTable & AsyncDisposable> {
  const database = await openBenchDatabase(server, dataDir, `list_${count}`);
  await ensureRows(database, count);
  const api = await database.startApi();
  const client = openHttpClient(api);
  return {
    database,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await api.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function ensureRows({ db, projectId }: BenchDatabase, count: number): Promise<void> {
  const found = await sql<{ n: number }>`select count(*) as n from batches`.execute(db);
  if (found.rows[0]?.n === count) return;
  const start = performance.now();
  await fillBatches(db, projectId, count);
  console.log(`${count} batches made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

function report(measured: readonly Measured[]): void {
  const lines = measured.map((entry) => {
    const { http, sql: bare, small } = entry;
    return {
      entry,
      overhead: http.p50 - bare.p50,
      ratio: http.p50 / bare.p50,
      growth: small && http.p50 / small.p50,
    };
  });
  console.log(
    `\n${rows} batches, pages of ${options.pageSize}, ${options.calls} calls of each kind; milliseconds; ` +
      `load average ${loadavg()
        .map((load) => load.toFixed(1))
        .join(' ')}`,
  );
  console.log(
    `${'list'.padEnd(42)} ${'page'.padEnd(6)} ${'batches'.padStart(7)}  http p50    p99   sql p50    p99  ` +
      `ratio  difference  growth  plans`,
  );
  for (const { entry, overhead, ratio, growth } of lines) {
    const { name, page, total, http, sql: bare, scans } = entry;
    console.log(
      [
        name.padEnd(42),
        page.padEnd(6),
        String(total).padStart(7),
        ...[http.p50, http.p99, bare.p50, bare.p99].map((ms) => ms.toFixed(2).padStart(8)),
        ratio.toFixed(1).padStart(5),
        overhead.toFixed(2).padStart(10),
        (growth === undefined ? '-' : growth.toFixed(2)).padStart(8),
        scans.length === 0 ? ' ok' : ` reads all of ${scans.join(', ')}`,
      ].join(' '),
    );
  }
  const worst = Math.max(...lines.map((line) => line.overhead));
  verdict(`HTTP over bare SQL at p50: at most ${worst.toFixed(2)} ms`, GOAL_OVERHEAD_MS, worst);
  const growths = lines.flatMap((line) => line.growth ?? []);
  const most = Math.max(...growths);
  verdict(`p50 at ${rows} over ${SMALL_ROWS} batches: at most ${most.toFixed(2)}`, GOAL_GROWTH, most);
  const scanned = measured.filter((entry) => entry.scans.length > 0).length;
  verdict(`pages with a sequential scan in a plan: ${scanned}`, 0, scanned);
}

function verdict(what: string, goal: number, value: number): void {
  console.log(`${what} (goal ${goal}: ${value <= goal ? 'reached' : 'missed'})`);
}

/**
 * `npm run bench:memory` (Linux): resident memory of the server and of its parse processes, first over thousands of
 * documents in a row, then over one document of thousands of pages, whose parse process is killed halfway, so that it
 * can be seen to go on behind its last slice.
 *
 *   --documents N   documents in a row (5000)
 *   --pages N       pages of the long document (3000)
 */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPdf, prose } from '../src/engines/parse/fixtures/sample-documents.ts';
import { makeDataDir, removeDataDir, startServer } from '../test/support/sheaf-server.ts';
import { openBatchClient } from './batch-client.ts';
import { measureMemory, megabytes } from './parse-processes.ts';
import { benchDocuments } from './speed.ts';

/** Documents of one batch, and after which the server's memory counts as settled. */
const STRETCH = 500;
/** Pages after which a parse process's memory counts as settled. */
const SETTLED_PAGES = 300;
const SLICE_PAGES = 100;
/** How much more memory may be in use later, as a share of the settled. */
const MOST_SERVER_GROWTH = 0.1;
/** Of any process, while one long document is read. */
const MOST_LONG_GROWTH = 0.2;
const SAMPLE_MS = 100;

const { values } = parseArgs({
  options: { documents: { type: 'string', default: '5000' }, pages: { type: 'string', default: '3000' } },
});
const work = await mkdtemp(join(tmpdir(), 'sheaf-memory-'));
const dataDir = await makeDataDir();
const server = await startServer(dataDir, { SHEAF_RESULT_CACHE_HOURS: '0', SHEAF_LOG_LEVEL: 'error' });
const client = openBatchClient(server);
let missed = 0;
try {
  await manyDocuments(Number(values.documents));
  await longDocument(Number(values.pages));
} finally {
  await server.stop();
  await removeDataDir(dataDir);
  await rm(work, { recursive: true, force: true });
}
process.exitCode = missed === 0 ? 0 : 1;

async function manyDocuments(documents: number): Promise<void> {
  const paths = await benchDocuments(STRETCH, undefined);
  const stretches: number[] = [];
  for (let done = STRETCH; done <= documents; done += STRETCH) {
    const samples: number[] = [];
    let largest = 0;
    const sampling = setInterval(() => {
      const memory = measureMemory(server.pid);
      samples.push(memory.server);
      largest = Math.max(largest, ...memory.parse.values());
    }, SAMPLE_MS);
    const { id } = await client.start(await client.upload(paths), 'cfg-PARSE_AGENTIC');
    const { progress } = await client.ended(id);
    clearInterval(sampling);
    stretches.push(median(samples));
    console.log(
      `${done} documents (${progress.failed} failed in this batch): server ${megabytes(stretches.at(-1) ?? 0)} ` +
        `(median), largest parse process ${megabytes(largest)}`,
    );
  }
  judge(
    `server, at most, over ${documents} documents`,
    [stretches[0] ?? 0, Math.max(...stretches)],
    MOST_SERVER_GROWTH,
  );
}

async function longDocument(pages: number): Promise<void> {
  const path = join(work, 'long.pdf');
  const drawn = await drawPdf(Array.from({ length: pages }, (_, index) => prose(`Leaf ${index + 1}`)));
  await writeFile(path, drawn);
  const batch = await client.start(await client.upload([path]), 'cfg-PARSE_AGENTIC');
  const ended = client.ended(batch.id);
  let isDone = false;
  void ended.finally(() => (isDone = true));
  const settled = new Map<number, { first: number; most: number }>();
  let ofServer: { first: number; most: number } | undefined;
  let keptAtKill: Map<string, number> | undefined;
  while (!isDone) {
    const slices = await slicesKept();
    const { parse, busy, server: bytesOfServer } = measureMemory(server.pid);
    if (ofServer) ofServer.most = Math.max(ofServer.most, bytesOfServer);
    else if (slices.size * SLICE_PAGES >= SETTLED_PAGES)
      ofServer = { first: bytesOfServer, most: bytesOfServer };
    const [pid] = busy;
    const bytes = pid === undefined ? undefined : parse.get(pid);
    if (pid !== undefined && bytes !== undefined) {
      const readByIt = slices.size - (keptAtKill?.size ?? 0);
      const seen = settled.get(pid);
      if (seen) seen.most = Math.max(seen.most, bytes);
      else if (readByIt * SLICE_PAGES >= SETTLED_PAGES) settled.set(pid, { first: bytes, most: bytes });
      if (!keptAtKill && slices.size * SLICE_PAGES >= pages / 2) {
        keptAtKill = slices;
        process.kill(pid, 'SIGKILL');
        console.log(`killed parse process ${pid} after ${slices.size * SLICE_PAGES} of ${pages} pages`);
      }
    }
    for (const [name, time] of slices)
      if (keptAtKill?.has(name) && keptAtKill.get(name) !== time) {
        console.log(`  slice ${name} was read again`);
        missed += 1;
      }
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  const { progress } = await ended;
  const isWhole = progress.completed === 1 && progress.pages === pages;
  console.log(`${progress.pages} of ${pages} pages in the result${isWhole ? '' : ' (missed)'}`);
  if (!isWhole || !keptAtKill) missed += 1;
  if (ofServer)
    judge(`server after page ${SETTLED_PAGES}`, [ofServer.first, ofServer.most], MOST_LONG_GROWTH);
  for (const [pid, { first, most }] of settled)
    judge(`parse process ${pid} after its page ${SETTLED_PAGES}`, [first, most], MOST_LONG_GROWTH);
}

/** The finished slices of unfinished documents, with the times at which they were written. */
async function slicesKept(): Promise<Map<string, number>> {
  const root = join(dataDir, 'cache', 'unfinished');
  const found = new Map<string, number>();
  for (const name of await readdir(root, { recursive: true }).catch(() => [])) {
    if (!name.endsWith('.json')) continue;
    const info = await stat(join(root, name)).catch(() => undefined);
    if (info) found.set(name, info.mtimeMs);
  }
  return found;
}

function judge(what: string, [settled, later]: [number, number], most: number): void {
  const growth = later / settled - 1;
  if (growth > most) missed += 1;
  console.log(
    `${what}: ${megabytes(settled)} → ${megabytes(later)}, ${(100 * growth).toFixed(1)} % more ` +
      `(at most ${100 * most} %: ${growth <= most ? 'reached' : 'missed'})`,
  );
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, newUuid } from '../../src/model/ids.ts';
import { createBatch } from '../../src/services/batches.ts';
import type { Services } from '../../src/services/context.ts';
import { createDirectory, deleteDirectory } from '../../src/services/directories.ts';
import { deleteFile } from '../../src/services/files.ts';
import { addProject, jobsOf, startBatches } from '../support/batch-scenes.ts';
import {
  addFilledDirectory,
  addPlainFile,
  attach,
  cleanUp,
  counts,
  expire,
  fileKeys,
  storedKeys,
  walkNow,
} from '../support/retention-scenes.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { openTestServices, type TestServices } from '../support/test-services.ts';

const PROGRAM = fileURLToPath(new URL('./run-janitor.ts', import.meta.url));
const KILLS = 6;
const FILES = Array.from({ length: 30 }, (_, index) => `${index}.pdf`);

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = bench.services;
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

test('a janitor that is killed again and again leaves what a later run finishes', async () => {
  const kept = await addScene();
  const everything = await work();
  const fractions: number[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    const janitor = startJanitor();
    const goal = everything - (everything - kept.work) * ((kill - Math.random()) / (KILLS + 1));
    await waitUntil(async () => (await work()) <= goal, 60_000, `the janitor to come to kill ${kill}`);
    janitor.child.kill('SIGKILL');
    await janitor.ended;
    fractions.push((everything - (await work())) / (everything - kept.work));
  }
  expect(fractions.filter((fraction) => fraction > 0 && fraction < 1).length).toBeGreaterThan(KILLS / 2);

  const last = startJanitor();
  expect(await last.ended).toBe('done');
  await walkNow(services);
  // Orphans that were found by a walk that was killed are found again, or were marked already.
  await cleanUp(services, { resultDays: 9 });
  await cleanUp(services, { resultDays: 9 });
  expect(await fileKeys(services)).toEqual(kept.files.toSorted());
  expect(await storedKeys(services)).toEqual([...kept.files, ...kept.results].toSorted());
  expect(await work()).toBe(kept.work);
  expect(await services.db.selectFrom('blob_garbage').selectAll().execute()).toEqual([]);
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({});
});

/** Everything that may go, counted: rows and bytes. */
async function work(): Promise<number> {
  const rows = await sql<{ n: number }>`
    select (select count(*) from directories where deleted_at is null)
      + (select count(*) from directory_files where deleted_at is null)
      + (select count(*) from files) + (select count(*) from jobs) + (select count(*) from batches) as n`.execute(
    services.db,
  );
  return (rows.rows[0]?.n ?? 0) + (await storedKeys(services)).length;
}

/** Things of every kind to be taken away, among things that stay. @returns what is to be left */
async function addScene(): Promise<{ files: string[]; results: string[]; work: number }> {
  const home = await createDirectory(services, projectId, { name: 'home' });
  const expiring = [];
  for (let n = 0; n < 3; n++) {
    expiring.push(await addFilledDirectory(services, projectId, { type: 'ephemeral', names: FILES }));
  }
  const deleted = await addFilledDirectory(services, projectId, { names: FILES });
  const inWork = await addFilledDirectory(services, projectId, {
    type: 'ephemeral',
    names: ['w0.pdf', 'w1.pdf'],
  });
  const batchId = await runBatch(inWork.directory.id);
  const [shared] = expiring[0]?.entries ?? [];
  await attach(services, home, shared?.file_id ?? '');
  const plain = await addPlainFile(services, projectId);
  for (let n = 0; n < 10; n++) {
    await deleteFile(services, projectId, (await addPlainFile(services, projectId)).id);
  }
  for (let n = 0; n < 10; n++) {
    await addJob(`results/0a/old-${n}`, 10);
    await addBytes(`uploads/0b/orphan-${n}`);
  }
  await addJob('results/0c/new', 1);

  for (const { directory } of [...expiring, inWork]) await expire(services, directory.id);
  await deleteDirectory(services, projectId, deleted.directory.id);

  const stay = [shared?.file_id ?? '', plain.id, ...inWork.entries.map((entry) => entry.file_id)];
  const rows = await services.db.selectFrom('files').select('blob_key').where('id', 'in', stay).execute();
  const files = rows.map((row) => row.blob_key);
  const jobs = (await jobsOf(services.db, batchId)).length + 1;
  // The home directory, its entry and the batch; what stays of files and results counts as row and as bytes.
  return { files, results: ['results/0c/new'], work: 3 + jobs + files.length * 2 + 1 };
}

async function runBatch(sourceDirectoryId: string): Promise<string> {
  const { batch } = await createBatch(
    services,
    { principal: { keyId: 'key-test', projectId }, retryCount: 0, arrivedAt: performance.now() },
    {
      sourceDirectoryId,
      jobType: 'parse_v2',
      configurationId: 'cfg-PARSE_FAST',
      webhooks: { configurationIds: [], inline: [] },
    },
  );
  await startBatches(services);
  return batch.id;
}

async function addBytes(key: string): Promise<void> {
  await services.blobs.write(key, Readable.from([key]));
  const longAgo = new Date(Date.now() - 48 * 3_600_000);
  await utimes(join(bench.dataDir, 'blobs', key), longAgo, longAgo);
}

async function addJob(key: string, days: number): Promise<void> {
  await addBytes(key);
  await sql`
    insert into jobs (id, kind, project_id, file_id, name, parameters, status, result, created_at, finished_at)
    values (${newId('parseJob')}, 'parse', ${projectId}, ${newUuid()}, 'x', '{}', 'COMPLETED',
      ${JSON.stringify({ key })}::jsonb, now() - ${days} * interval '1 day', now() - ${days} * interval '1 day')`.execute(
    services.db,
  );
}

/** @returns the process, and how it ends: what it said last, or by which signal */
function startJanitor() {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const args = ['--connection', JSON.stringify(bench.database.connection), '--dataDir', bench.dataDir];
  const child = spawn(process.execPath, ['--import', loader, PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<string | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal ?? said.trim())),
  );
  return { child, ended };
}

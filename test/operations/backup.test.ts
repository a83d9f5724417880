import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import LlamaCloud from '@llamaindex/llama-cloud';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { openDatabase } from '../../src/store/database.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { runSheaf, sheafJson } from '../support/sheaf-command.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const FILES = 24;
const SETTINGS = {
  SHEAF_PARSE_PROCESSES: '1',
  SHEAF_RESULT_CACHE_HOURS: '0',
  SHEAF_EGRESS_ALLOW: '127.0.0.1',
};

let dataDir: string;
let elsewhere: string;
let receiver: WebhookReceiver;
let original: SheafServer;
let restored: SheafServer | undefined;
let batchId: string;
let downloadUrl: string;
let pageToken: string;
let backup: string;
/** Counters when the backup was made. */
let before: { completed: number; total: number };

beforeAll(async () => {
  dataDir = await makeDataDir();
  elsewhere = await makeDataDir();
  receiver = await startReceiver();
  original = await startServer(dataDir, SETTINGS);
  const client = new LlamaCloud({ apiKey: original.apiKey, baseURL: original.url });
  batchId = await createBatch(client);
  const done = async () => (await progress(original)).completed >= 3;
  await waitUntil(done, 60_000, 'the first jobs');
  backup = (await sheafJson<{ file: string }>(dataDir, 'backup', elsewhere)).file;
  before = await progress(original);
  await original.kill();
}, 600_000);

afterAll(async () => {
  await restored?.[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await removeDataDir(dataDir);
  await removeDataDir(elsewhere);
  await removeDataDir(`${elsewhere}-restored`);
});

async function createBatch(client: LlamaCloud): Promise<string> {
  const directory = await client.beta.directories.create({ name: 'moved' });
  const upload = async (index: number): Promise<string> => {
    const file = await client.beta.directories.files.upload(directory.id, {
      upload_file: new File(
        [await exampleDocument(index < 4 ? 'letter.pdf' : 'manual-60-pages.pdf')],
        'letter.pdf',
      ),
      unique_id: String(index),
    });
    return file.id;
  };
  const [first = ''] = await Promise.all(Array.from({ length: FILES }, (_, index) => upload(index)));
  const shown = await client.beta.directories.files.get(first, {
    directory_id: directory.id,
    expand: ['download_url'],
  });
  downloadUrl = shown.download_url?.url ?? '';
  const page = await client.beta.directories.files.list(directory.id, { page_size: 10 });
  pageToken = `/api/v1/beta/directories/${directory.id}/files?page_size=10&page_token=${page.next_page_token}`;
  const configuration = await client.configurations.create({
    name: 'with events',
    parameters: { product_type: 'parse_v2', tier: 'cost_effective', version: 'latest' },
  });
  const batch = await client.batches.create({
    source_directory_id: directory.id,
    config: {
      job: { type: 'parse_v2', configuration_id: configuration.id },
    },
    webhook_configurations: [{ webhook_url: receiver.url }],
  });
  return batch.id;
}

async function progress(server: SheafServer): Promise<{ completed: number; total: number; status: string }> {
  const response = await fetch(`${server.url}/api/v2/batches/${batchId}`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  const { progress: counted, status } = (await response.json()) as {
    status: string;
    progress: { completed: number; total: number };
  };
  return { completed: counted.completed, total: counted.total, status };
}

test('a backup of a running server can be read by its owner alone, and holds every entry', async () => {
  expect((await stat(backup)).mode & 0o777).toBe(0o600);
  expect(before.total).toBe(FILES);
  expect(before.completed).toBeLessThan(FILES);
  expect((await readdir(elsewhere)).filter((name) => name.includes('partial'))).toEqual([]);
  const again = await runSheaf(dataDir, ['backup', backup]);
  expect(again).toMatchObject({ code: 1 });
  expect(again.errors).toContain('exists');
});

test.each([
  ['cut off', async (path: string) => truncate(path, (await stat(path)).size - 200_000), 'backup'],
  ['with a changed byte', (path: string) => flipByte(path), 'has changed|cannot be read'],
  [
    'that is something else',
    (path: string) => writeFile(path, 'x'.repeat(10_000)),
    'no backup|cannot be read|cut off',
  ],
])('a backup %s is refused, and the target is empty afterwards', async (_, damage, message) => {
  const damaged = join(elsewhere, 'damaged.tar');
  await copyFile(backup, damaged);
  await damage(damaged);
  const target = join(elsewhere, 'target');
  const run = await runSheaf(target, ['restore', damaged]);
  expect(run).toMatchObject({ code: 1 });
  expect(run.errors).toMatch(new RegExp(message));
  expect(await readdir(target)).toEqual([]);
});

/** In the middle of the blobs, so that rows have been written by then. */
async function flipByte(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  const position = Math.floor((await handle.stat()).size * 0.8);
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position);
  await handle.close();
}

test('a directory that is used is refused, and so is a start during a restore', async () => {
  const used = join(elsewhere, 'used');
  await mkdir(join(used, 'restoring'), { recursive: true });
  const start = await runSheaf(used, ['keys', 'list']);
  expect(start.errors).toContain('was not finished');
  await rm(join(used, 'restoring'), { recursive: true });
  await writeFile(join(used, 'note'), 'mine');
  const run = await runSheaf(used, ['restore', backup]);
  expect(run.errors).toContain('is not empty (note)');
  expect(await readdir(used)).toEqual(['note']);
  expect((await runSheaf(join(elsewhere, 'nothing'), ['backup', join(elsewhere, 'x.tar')])).errors).toContain(
    'There is no database',
  );
  expect(existsSync(join(elsewhere, 'nothing'))).toBe(false);
});

test('a restored server finishes the batch: every job once, counters and events exact, secrets as before', async () => {
  const target = `${elsewhere}-restored`;
  const report = await sheafJson<{ runAgain: number; blobs: number }>(target, 'restore', backup);
  expect(report.runAgain).toBeGreaterThanOrEqual(1);
  expect(report.blobs).toBeGreaterThan(3);
  const toldBefore = receiver.events.length;
  restored = await startServer(target, SETTINGS);
  const server = restored;
  expect(server.apiKey).toBe(original.apiKey);
  const atStart = await progress(server);
  expect(atStart.completed).toBeLessThan(FILES);
  const isDone = async () => (await progress(server)).status === 'COMPLETED';
  await waitUntil(isDone, 300_000, 'the restored batch to end');
  expect(await progress(server)).toMatchObject({ completed: FILES, total: FILES });

  const bytes = Buffer.from(await (await fetch(downloadUrl.replace(original.url, server.url))).arrayBuffer());
  expect(sha256(bytes)).toBe(sha256(await exampleDocument('letter.pdf')));
  const page = await fetch(server.url + pageToken, { headers: { authorization: `Bearer ${server.apiKey}` } });
  expect(page.status).toBe(200);

  const succeeded = () => receiver.events.slice(toldBefore).filter(({ type }) => type === 'batch.success');
  await waitUntil(() => succeeded().length > 0, 20_000, 'the last event');
  await server.stop();
  const rows = await countRows(target);
  expect(rows).toEqual({
    jobs: FILES,
    completed: FILES,
    files: FILES,
    distinct: FILES,
    deliveries: rows.events,
    events: rows.events,
    undelivered: 0,
    tickets: 0,
    missingResults: 0,
  });
}, 600_000);

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function countRows(directory: string): Promise<Record<string, number>> {
  const logger = createLogger({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir: directory, logger });
  const { db, close } = openDatabase(postgres.connection, { maxConnections: 2, logger });
  try {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*) from jobs) as jobs,
        (select count(*) from jobs where status = 'COMPLETED') as completed,
        (select count(*) from batch_files) as files,
        (select count(distinct job_id) from batch_files) as distinct,
        (select count(*) from webhook_deliveries) as deliveries,
        (select count(distinct (event_id, subscription_id)) from webhook_deliveries) as events,
        (select count(*) from webhook_deliveries where state <> 'delivered') as undelivered,
        (select count(*) from sheaf_queue.job) as tickets`.execute(db);
    const results = await sql<{ key: string }>`select result ->> 'key' as key from jobs`.execute(db);
    const missing = results.rows.filter(({ key }) => !existsSync(join(directory, 'blobs', key)));
    return { ...rows[0], missingResults: missing.length };
  } finally {
    await close();
    await postgres.stop();
  }
}

test('what was written lies in one tar file that anybody can list', async () => {
  const head = await readFile(backup);
  expect(head.subarray(0, 17).toString()).toBe('sheaf-backup.json');
  expect(head.subarray(257, 262).toString()).toBe('ustar');
});

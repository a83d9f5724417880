import LlamaCloud, { APIError } from '@llamaindex/llama-cloud';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { EXTERNAL_DATABASE } from '../support/external-database.ts';
import { startServer, waitUntil, type SheafServer } from '../support/sheaf-server.ts';
import { DISK_SKIPPED, mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { openTestDatabase, urlOfTestDatabase } from '../support/test-database.ts';

/** A disk without space: what is asked for is refused clearly, what was accepted waits, and nothing half-written stays. */

const PATIENCE_MS = 120_000;
const FILES = 5;
const SETTINGS = { SHEAF_RESULT_CACHE_HOURS: '0', SHEAF_PARSE_PROCESSES: '2' };

let disk: SmallDisk;
let server: SheafServer | undefined;

afterEach(async () => {
  disk.free();
  await server?.stop();
  server = undefined;
  await disk[Symbol.asyncDispose]();
});

const clientOf = ({ apiKey, url }: SheafServer): LlamaCloud =>
  new LlamaCloud({ apiKey, baseURL: url, maxRetries: 0 });

/** Every file in one of the installation's directories, in which nobody is at work. */
const filesIn = (...path: string[]): string[] =>
  readdirSync(join(...path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

async function addDocuments(client: LlamaCloud): Promise<string> {
  const directory = await client.beta.directories.create({ name: 'full', type: 'ephemeral' });
  const bytes = await exampleDocument('two-columns.pdf');
  for (let n = 0; n < FILES; n += 1) {
    await client.beta.directories.files.upload(directory.id, { upload_file: new File([bytes], `${n}.pdf`) });
  }
  return directory.id;
}

async function createBatch(client: LlamaCloud, directoryId: string): Promise<string> {
  const batch = await client.batches.create({
    source_directory_id: directoryId,
    config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
  });
  return batch.id;
}

const upload = (client: LlamaCloud, bytes: number) =>
  client.files.create({ file: new File([Buffer.alloc(bytes, 'x')], 'large.txt'), purpose: 'user_data' });

async function refused(request: Promise<unknown>): Promise<{ status: unknown; detail: unknown }> {
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof APIError)) throw new Error(`was to be refused: ${String(error)}`);
  expect(error.headers?.get('x-should-retry')).toBe('false');
  return { status: error.status, detail: (error.error as { detail: unknown }).detail };
}

const FULL = { status: 507, detail: 'The server has no storage space left; free some, then try again.' };

const ANSWERED = [() => true, () => false] as const;

/** Creates batches until one cannot be written down. @returns the status of that answer */
async function createUntilRefused(
  client: LlamaCloud,
  directoryId: string,
  accepted: string[],
): Promise<unknown> {
  let error: unknown;
  for (let tries = 0; error === undefined; tries += 1) {
    if (tries > 1_000) throw new Error('the database goes on writing on a full disk');
    await createBatch(client, directoryId).then(
      (id) => accepted.push(id),
      (thrown: unknown) => (error = thrown),
    );
  }
  return error instanceof APIError ? error.status : error;
}

/** Makes the database begin new files of its log until there is no room for another. */
async function exhaustLog(dataDir: string): Promise<void> {
  const logger = createLogger({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir, logger });
  const client = new pg.Client(postgres.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (;;) await client.query('select pg_logical_emit_message(true, $1, $1), pg_switch_wal()', ['full']);
  } catch (error) {
    expect(String(error)).toMatch(/terminat|closed|crash|No space/i);
  } finally {
    await client.end().catch(() => undefined);
    await postgres.stop();
  }
}

async function expectComplete(client: LlamaCloud, batchId: string): Promise<void> {
  await waitUntil(
    async () => (await client.batches.get(batchId)).status === 'COMPLETED',
    PATIENCE_MS,
    'the batch to be completed',
  );
  const { results } = await client.batches.get(batchId, { expand: ['results'] });
  expect(results?.map((result) => result.error_message ?? null)).toEqual(
    Array.from({ length: FILES }, () => null),
  );
}

test.skipIf(DISK_SKIPPED)(
  `files: uploads get 507 and leave nothing, documents wait for space and are then parsed${DISK_SKIPPED}`,
  async () => {
    disk = mountSmallDisk(64);
    await using database = await openTestDatabase({ migrated: false });
    const environment = { ...SETTINGS, SHEAF_DATABASE_URL: urlOfTestDatabase(database) };
    const running = (server = await startServer(disk.path, environment));
    const client = clientOf(running);
    const directoryId = await addDocuments(client);
    // What is made once, such as OCR data that is unpacked, is there then.
    await expectComplete(client, await createBatch(client, directoryId));

    disk.fill(1_000_000);
    const kept = (): string[] => [...filesIn(disk.path, 'blobs'), ...filesIn(disk.path, 'tmp')];
    const before = kept();
    expect(await refused(upload(client, 4_000_000))).toEqual(FULL);
    disk.fill();
    expect(await refused(upload(client, 4_000))).toEqual(FULL);
    expect(
      await refused(
        client.beta.directories.files.upload(directoryId, { upload_file: new File(['some text'], 'a.txt') }),
      ),
    ).toEqual(FULL);
    expect(kept()).toEqual(before);
    expect((await client.files.list()).items).toHaveLength(FILES);
    expect((await client.beta.directories.files.list(directoryId)).items).toHaveLength(FILES);

    // What needs no space is served, and a batch is accepted.
    const batchId = await createBatch(client, directoryId);
    await waitUntil(
      () => /a job could not be run; it is given back/.test(running.log()),
      PATIENCE_MS,
      'a job to be given back',
    );
    expect(running.log()).toMatch(/ENOSPC/);
    expect((await client.batches.get(batchId)).status).not.toBe('COMPLETED');

    disk.free();
    await expectComplete(client, batchId);
    expect(await upload(client, 4_000)).toMatchObject({ id: expect.any(String) as string });
    expect(await running.stop()).toBe(0);
  },
  2 * PATIENCE_MS,
);

test.skipIf(DISK_SKIPPED || EXTERNAL_DATABASE !== undefined)(
  `the embedded database: requests are refused, the server lives, and all goes on with space${DISK_SKIPPED}`,
  async () => {
    disk = mountSmallDisk(220);
    const running = (server = await startServer(disk.path, SETTINGS));
    const client = clientOf(running);
    const directoryId = await addDocuments(client);
    const kept = filesIn(disk.path, 'blobs');

    const begun = await createBatch(client, directoryId);
    disk.fill();
    // One is on its way when the database cannot write any more.
    const accepted = [begun];
    expect(await createUntilRefused(client, directoryId, accepted)).toBe(507);
    // Without a new file for its log it even dies, and is brought up again and again.
    await exhaustLog(disk.path);
    await waitUntil(
      async () => (await createUntilRefused(client, directoryId, accepted)) === 503,
      PATIENCE_MS,
      'the database to be away',
    );
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
    expect(filesIn(disk.path, 'blobs')).toEqual(expect.arrayContaining(kept));

    disk.free();
    await waitUntil(() => client.batches.list().then(...ANSWERED), PATIENCE_MS, 'the database to be back');
    for (const batchId of accepted) await expectComplete(client, batchId);
    await expectComplete(client, await createBatch(client, directoryId));
    expect(await running.stop()).toBe(0);
  },
  3 * PATIENCE_MS,
);

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import LlamaCloud from '@llamaindex/llama-cloud';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { openDatabase } from '../../src/store/database.ts';
import { openDiskBlobs } from '../../src/store/blobs/disk.ts';
import { createRoleProcess, type RoleProcess } from '../crash/role-process.ts';
import { verifyRows } from '../crash/verify-rows.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { startPostgresServer } from '../support/postgres-server.ts';
import { makeDataDir, waitUntil } from '../support/sheaf-server.ts';
import { canMakeNetworks, openNetwork } from './network.ts';

const API_KEY = 'key-of-the-cut-off-test';
const FILES = 16;
/** A lease lasts half a minute. */
const LEASE_MS = 30_000;
const PATIENCE_MS = 300_000;

const possible = canMakeNetworks();
if (!possible) {
  console.log(
    'Network namespaces cannot be made here (Linux, iproute2 and root are needed): this test is skipped.',
  );
}

test.runIf(possible)(
  'a worker that is cut off from the database for longer than a lease loses its work to others, and its late results are refused',
  async () => {
    const network = openNetwork(2);
    onTestFinished(() => network[Symbol.dispose]());
    const dataDir = await makeDataDir();
    const logDir = await mkdtemp(join(tmpdir(), 'sheaf-cut-off-'));
    const postgres = await startPostgresServer({ host: network.gateway });
    const settings = {
      SHEAF_API_KEY: API_KEY,
      SHEAF_DATABASE_URL: postgres.url,
      SHEAF_LOG_LEVEL: 'info',
      SHEAF_PARSE_PROCESSES: '1',
      SHEAF_RESULT_CACHE_HOURS: '0',
    };
    const [cutOff, other] = network.hosts;
    if (!cutOff || !other) throw new Error('two hosts');
    const start = (name: string, role: 'api' | 'worker', prefix: readonly string[] = []): RoleProcess =>
      createRoleProcess({ name, role, dataDir, logDir, settings, prefix });
    const api = start('api', 'api');
    const lonely = start('lonely', 'worker', cutOff.prefix);
    const helper = start('helper', 'worker', other.prefix);
    const database = openDatabase(
      { url: postgres.url },
      { maxConnections: 2, logger: createLogger({ level: 'silent' }) },
    );
    onTestFinished(async () => {
      for (const one of [api, lonely, helper]) await one.stop();
      await database.close();
      await postgres[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
      await rm(logDir, { recursive: true, force: true });
    }, 60_000);

    expect(await api.revive()).toBe(true);
    expect(await lonely.revive()).toBe(true);
    const client = new LlamaCloud({ apiKey: API_KEY, baseURL: api.url ?? '' });
    const { id: directoryId } = await client.beta.directories.create({ name: 'pages of scans' });
    for (let index = 0; index < FILES; index += 1) {
      const file = new File([await exampleDocument('scan.pdf')], `${index}.pdf`);
      await client.beta.directories.files.upload(directoryId, { upload_file: file });
    }
    const create = () =>
      client.batches.create({
        source_directory_id: directoryId,
        config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
        webhook_configurations: [{ webhook_url: 'https://receiver.invalid/1' }],
      });
    const { id } = await create();
    const jobs = () =>
      database.db
        .selectFrom('jobs')
        .select(['id', 'status', 'worker_id', 'lost_attempts', 'attempt'])
        .execute();
    await waitUntil(
      async () => (await jobs()).some((job) => job.status === 'COMPLETED'),
      PATIENCE_MS,
      'a first document',
    );

    // The lonely worker has work in hand, goes on with it, and can tell nobody.
    cutOff.cutOff();
    const cutAt = Date.now();
    const held = (await jobs()).filter((job) => job.status === 'RUNNING').map((job) => job.id);
    expect(held.length).toBeGreaterThan(0);
    expect(await helper.revive()).toBe(true);
    await waitUntil(
      async () => (await client.batches.get(id)).status === 'COMPLETED',
      PATIENCE_MS,
      'the batch to complete without the lonely worker',
    );
    expect(Date.now() - cutAt).toBeGreaterThan(LEASE_MS / 2);
    const moved = (await jobs()).filter((job) => held.includes(job.id) && job.lost_attempts > 0);
    expect(moved.length).toBeGreaterThan(0);

    cutOff.reconnect();
    const lonelyLog = (): Promise<string> => readFile(join(logDir, 'lonely.log'), 'utf8');
    await waitUntil(
      async () => (await lonelyLog()).includes('a result came after its lease had run out and was refused'),
      PATIENCE_MS,
      'the late result to be refused',
    );
    // It works again as if nothing had happened.
    await helper.stop();
    const { id: secondId } = await create();
    await waitUntil(
      async () => (await client.batches.get(secondId)).status === 'COMPLETED',
      PATIENCE_MS,
      'a batch of the worker that came back',
    );
    const blobs = await openDiskBlobs(dataDir);
    const { problems } = await verifyRows({ db: database.db, blobs }, [
      { id, marker: 'https://receiver.invalid/1', files: FILES },
    ]);
    await blobs.close();
    expect(problems.filter((problem) => !problem.includes('more than one batch'))).toEqual([]);
  },
  15 * 60_000,
);

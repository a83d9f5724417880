import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import LlamaCloud from '@llamaindex/llama-cloud';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { createArchiveWriter } from '../../src/store/backup/archive.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { EXTERNAL_DATABASE } from '../support/external-database.ts';
import { runSheaf, sheafJson, startSheaf } from '../support/sheaf-command.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { DISK_SKIPPED, mountSmallDisk } from '../support/small-disk.ts';

/** Backups and restores that do not come to their end: they say why, and nothing half-written stays. */

const PATIENCE_MS = 60_000;
const LARGE_BYTES = 30_000_000;

let dataDir: string;
let server: SheafServer;
let elsewhere: string;

// These are commands of the embedded database.
const skip = EXTERNAL_DATABASE !== undefined;

beforeAll(async () => {
  if (skip) return;
  dataDir = await makeDataDir();
  server = await startServer(dataDir);
  const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 });
  const bytes = Buffer.alloc(LARGE_BYTES, 'some text ');
  await client.files.create({ file: new File([bytes], 'large.txt'), purpose: 'user_data' });
});
afterAll(async () => {
  if (skip) return;
  await server.stop();
  await removeDataDir(dataDir);
});
beforeEach(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'sheaf-backups-'));
});
afterEach(() => rm(elsewhere, { recursive: true, force: true }));

/** Holds a table so that nobody can read it, as a change of the schema does. */
async function lockTable(name: string): Promise<() => Promise<void>> {
  const logger = createLogger({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir, logger });
  const client = new pg.Client(postgres.connection);
  await client.connect();
  await client.query(`begin; lock table ${name} in access exclusive mode`);
  return async () => {
    await client.end();
    await postgres.stop();
  };
}

test.skipIf(skip).each(['SIGINT', 'SIGTERM'] as const)(
  'a backup that %s ends while it waits for a table ends at once and leaves no file',
  async (signal) => {
    const release = await lockTable('webhook_attempts');
    try {
      const backup = await startSheaf(dataDir, ['backup', elsewhere]);
      const partial = async () => (await readdir(elsewhere)).some((name) => name.includes('.partial-'));
      await waitUntil(partial, PATIENCE_MS, 'the backup to begin');
      backup.signal(signal);
      const run = await backup.ended;
      expect(run.code).toBe(1);
      expect(run.errors).toContain('Interrupted: nothing was left behind.');
      expect(await readdir(elsewhere)).toEqual([]);
    } finally {
      await release();
    }
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    // The janitor's lock and all else was given back.
    expect((await runSheaf(dataDir, ['backup', elsewhere])).code).toBe(0);
  },
  120_000,
);

test.skipIf(skip || DISK_SKIPPED !== '')(
  `a backup or restore onto a full disk says so, and leaves nothing${DISK_SKIPPED}`,
  async () => {
    await using disk = mountSmallDisk(128);
    disk.fill(500_000);
    const full = await runSheaf(dataDir, ['backup', disk.path]);
    expect(full.code).toBe(1);
    expect(full.errors).toContain(`No space is left for the backup in ${disk.path}`);
    expect(await readdir(disk.path)).toEqual(['filler']);
    disk.free();

    const { file } = await sheafJson<{ file: string }>(dataDir, 'backup', elsewhere);
    // No room for a database; and room for one, but not for the files.
    for (const left of [10_000_000, 60_000_000]) {
      disk.fill(left);
      const target = join(disk.path, 'target');
      await mkdir(target);
      const run = await runSheaf(target, ['restore', file]);
      expect(run.code).toBe(1);
      expect(run.errors).toMatch(/no space (is )?left/i);
      expect(await readdir(target)).toEqual([]);
      await rm(target, { recursive: true });
      disk.free();
    }
  },
  240_000,
);

test.skipIf(skip)(
  'a restore that SIGTERM ends leaves the directory empty, and the next one fills it',
  async () => {
    const { file } = await sheafJson<{ file: string }>(dataDir, 'backup', elsewhere);
    const target = await makeDataDir();
    try {
      const restore = await startSheaf(target, ['restore', file]);
      const begun = async () => (await readdir(join(target, 'restoring')).catch(() => [])).length > 0;
      await waitUntil(begun, PATIENCE_MS, 'the restore to begin');
      restore.signal('SIGTERM');
      const run = await restore.ended;
      expect(run.code).toBe(1);
      expect(run.errors).toContain('Interrupted: nothing was left behind.');
      expect(await readdir(target)).toEqual([]);
      expect((await runSheaf(target, ['restore', file])).code).toBe(0);
    } finally {
      await removeDataDir(target);
    }
  },
  120_000,
);

/** A file that a Sheaf of the future has written. */
async function writeArchive(file: string, manifest: object): Promise<void> {
  const archive = createArchiveWriter();
  const writing = pipeline(archive.output, createWriteStream(file));
  await archive.add('sheaf-backup.json', Buffer.from(JSON.stringify(manifest)));
  await archive.finish();
  await writing;
}

test.each([
  [
    'format',
    { format: 2, program: '9.1.0', tables: 'told otherwise' },
    'The backup has format 2 and this program reads format 1. Restore it with Sheaf 9.1.0 or later.',
  ],
  [
    'schema',
    { format: 1, program: '9.1.0', migrations: [...Object.keys(MIGRATIONS), '9999_of_the_future'] },
    'newer database than this program knows (9999_of_the_future). Restore it with Sheaf 9.1.0 or later.',
  ],
])(
  'a backup of a newer %s is refused, and says by which version it can be restored',
  async (_, manifest, words) => {
    const file = join(elsewhere, 'newer.tar');
    await writeArchive(file, manifest);
    const target = join(elsewhere, 'target');
    const run = await runSheaf(target, ['restore', file], { SHEAF_DATABASE_URL: '' });
    expect(run.code).toBe(1);
    expect(run.errors).toContain(words);
    expect(await readdir(target)).toEqual([]);
  },
);

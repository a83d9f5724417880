import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { addFilledDirectory, expire, storedKeys } from '../../test/support/retention-scenes.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Services } from '../services/context.ts';
import { asOnlyJanitor } from '../store/retention.ts';
import { createJanitor } from './janitor.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

const AT_ONCE = { firstRunMs: 1, runMs: 5, rules: { garbageGraceSeconds: 0 } };

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  services = bench.services;
  for (const key of await storedKeys(services)) await services.blobs.delete(key);
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const isEmpty = async () => (await storedKeys(services)).length === 0;

async function addExpired(names: readonly string[]): Promise<void> {
  const { directory } = await addFilledDirectory(services, projectId, { type: 'ephemeral', names });
  await expire(services, directory.id);
}

test('cleans up from time to time, and says what it did in one line', async () => {
  const info = vi.fn();
  const janitor = createJanitor({ ...services, logger: { ...services.logger, info } as never }, AT_ONCE);
  janitor.start();
  try {
    await addExpired(['a', 'b']);
    await waitUntil(isEmpty, 30_000, 'the first files to go');
    await addExpired(['c']);
    await waitUntil(isEmpty, 30_000, 'the second file to go');
  } finally {
    await janitor.stop();
  }
  const lines = info.mock.calls.map(([counts]) => counts as Record<string, number>);
  const sum = (name: string) => lines.reduce((total, line) => total + (line[name] ?? 0), 0);
  expect(sum('releasedFiles')).toBe(3);
  expect(sum('expiredDirectories')).toBe(2);
  // Runs that found nothing say nothing.
  for (const line of lines) expect(Object.keys(line).length).toBeGreaterThan(0);
});

test('lets another process go first, and takes over when that is gone', async () => {
  await addExpired(['a']);
  let runs = 0;
  const janitor = createJanitor(services, { ...AT_ONCE, beforeRun: () => Promise.resolve(void (runs += 1)) });
  await asOnlyJanitor(services.db, async () => {
    janitor.start();
    await waitUntil(() => runs >= 3, 30_000, 'three runs');
    expect(await storedKeys(services)).toHaveLength(1);
  });
  await waitUntil(isEmpty, 30_000, 'the file to go');
  await janitor.stop();
});

test('stops in the middle of much work, and twice, and before it was started', async () => {
  await addExpired(Array.from({ length: 20 }, (_, index) => `${index}`));
  const janitor = createJanitor(services, { ...AT_ONCE, rules: { ...AT_ONCE.rules, chunk: 1 } });
  janitor.start();
  const left = async () => {
    const rows = await sql<{ n: number }>`
      select count(*) as n from directory_files where deleted_at is null`.execute(services.db);
    return rows.rows[0]?.n ?? 0;
  };
  await waitUntil(async () => (await left()) < 20, 30_000, 'the work to begin');
  await janitor.stop();
  await janitor.stop();
  expect(await storedKeys(services)).toHaveLength(20);
  // Stopped means that nobody holds the lock, and that nobody goes on.
  expect(await asOnlyJanitor(services.db, () => left())).toBe(await left());

  const never = createJanitor(services, AT_ONCE);
  await never.stop();
  never.start();
});

test('goes on after a run that failed', async () => {
  await addExpired(['a']);
  let fails = 2;
  const beforeRun = (): Promise<void> =>
    fails-- > 0 ? Promise.reject(new Error('the database is away')) : Promise.resolve();
  const janitor = createJanitor(services, { ...AT_ONCE, beforeRun });
  janitor.start();
  await waitUntil(isEmpty, 30_000, 'the file to go');
  await janitor.stop();
});

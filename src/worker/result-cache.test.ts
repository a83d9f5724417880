import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, addStoredBatch, batchById, claim, jobsOf } from '../../test/support/batch-scenes.ts';
import { createScriptedEngine, succeed, type ScriptedEngine } from '../../test/support/scripted-engine.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import type { ParseOutcome } from '../engines/parse/port.ts';
import type { Services } from '../services/context.ts';
import type { ClaimedJob, Ending } from '../services/run-jobs.ts';
import type { Job } from '../store/schema.ts';
import { runParseJob } from './parse-job.ts';
import { commitAndClean } from './result-cleanup.ts';

let bench: TestServices;
let services: Services;
let projectId: string;
let engine: ScriptedEngine;

beforeAll(async () => {
  bench = await openTestServices();
  services = withLimits(bench.services, { resultCacheHours: 48 });
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  engine = createScriptedEngine(1, (request) => succeed(request, ['one', 'two']));
});
afterAll(() => bench[Symbol.asyncDispose]());

/** A job over a document whose bytes are its name, claimed. */
async function claimOne(
  options: { of?: string; name?: string; parameters?: object } = {},
): Promise<ClaimedJob> {
  const { id } = await addStoredBatch(services, options.of ?? projectId, [options.name ?? 'letter.pdf']);
  if (options.parameters) {
    await sql`
      update batches set resolved_parameters =
        (resolved_parameters::jsonb || ${JSON.stringify(options.parameters)}::jsonb)::json
      where id = ${id}`.execute(services.db);
  }
  const [job] = await claim(services, 1);
  if (!job) throw new Error('a job was to be claimed');
  return job;
}

const attempt = (job: ClaimedJob, of = services): Promise<Ending> =>
  runParseJob({ engine, services: of }, job, new AbortController().signal);

async function rowOf(id: string): Promise<Job> {
  return services.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Runs a job to its committed end. */
async function complete(job: ClaimedJob, of = services): Promise<Job> {
  await commitAndClean(of, 'parse', [await attempt(job, of)]);
  return rowOf(job.id);
}

async function somebodyWaits(): Promise<boolean> {
  const found = await sql<{ waits: boolean }>`
    select exists (
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    ) as waits`.execute(services.db);
  return found.rows[0]?.waits ?? false;
}

const keyOf = (job: Job): string => job.result?.key ?? '';
const isStored = (key: string): Promise<boolean> =>
  services.blobs.readRange(key, 0, 1).then(
    () => true,
    () => false,
  );

test('equal documents with equal options are parsed once, and each job has an end of its own', async () => {
  const first = await complete(await claimOne());
  const second = await complete(await claimOne());
  expect(engine.begun).toHaveLength(1);
  expect(second).toMatchObject({
    status: 'COMPLETED',
    pages: 2,
    cached_from: first.id,
    result: first.result,
    summary: first.summary,
  });
  expect(first.cached_from).toBeNull();
  expect(await batchById(services.db, second.batch_id ?? '')).toMatchObject({
    status: 'COMPLETED',
    completed_files: 1,
    pages: 2,
  });
});

describe('a result is not used', () => {
  test.each<[string, () => Promise<ClaimedJob>]>([
    ['in another project', async () => claimOne({ of: await addProject(services.db) })],
    ['for other bytes', () => claimOne({ name: 'other.pdf' })],
    ['with another option', () => claimOne({ parameters: { page_ranges: { max_pages: 1 } } })],
    ['where the job does not want it', () => claimOne({ parameters: { disable_cache: true } })],
    [
      'once it is older than the setting allows',
      async () => {
        await sql`update jobs set finished_at = now() - interval '49 hours'`.execute(services.db);
        return claimOne();
      },
    ],
    [
      'when its bytes are gone',
      async () => {
        const [first] = await services.db.selectFrom('jobs').selectAll().execute();
        if (first) await services.blobs.delete(keyOf(first));
        return claimOne();
      },
    ],
    [
      'when its job was deleted, even if another one used it meanwhile',
      async () => {
        await complete(await claimOne());
        await sql`delete from jobs where cached_from is null`.execute(services.db);
        return claimOne();
      },
    ],
  ])('%s', async (_, next) => {
    await complete(await claimOne());
    const job = await next();
    expect(engine.begun).toHaveLength(1);
    expect((await complete(job)).cached_from).toBeNull();
    expect(engine.begun).toHaveLength(2);
  });

  test('that the cache was not to keep', async () => {
    await complete(await claimOne({ parameters: { disable_cache: true } }));
    await complete(await claimOne());
    expect(engine.begun).toHaveLength(2);
  });

  test('that has a page which failed', async () => {
    engine.follow((request): ParseOutcome => {
      const outcome = succeed(request, ['one', 'two']);
      if (outcome.kind !== 'success') return outcome;
      const { summary } = outcome;
      return { ...outcome, summary: { ...summary, pages: { ...summary.pages, textLayer: 1, failed: 1 } } };
    });
    await complete(await claimOne());
    await complete(await claimOne());
    expect(engine.begun).toHaveLength(2);
  });

  test('that has a page which did without the model', async () => {
    engine.follow((request): ParseOutcome => {
      const outcome = succeed(request);
      if (outcome.kind !== 'success') return outcome;
      const fallbacks = [{ code: 'timeout', reason: 'The model gave no answer in time.', pages: [1] }];
      const model = { name: 'seer', fallbacks, tokens: { input: 0, output: 0 } };
      return { ...outcome, summary: { ...outcome.summary, model } };
    });
    await complete(await claimOne());
    await complete(await claimOne());
    expect(engine.begun).toHaveLength(2);
  });

  test('where the setting is 0', async () => {
    const off = withLimits(services, { resultCacheHours: 0 });
    await complete(await claimOne(), off);
    await complete(await claimOne(), off);
    expect(engine.begun).toHaveLength(2);
  });
});

test('a result that is deleted before it is used makes the job run after all', async () => {
  const first = await complete(await claimOne());
  const job = await claimOne();
  const ending = await attempt(job);
  await sql`delete from jobs where id = ${first.id}`.execute(services.db);
  await commitAndClean(services, 'parse', [ending]);
  expect(await rowOf(job.id)).toMatchObject({ status: 'PENDING', faults: 0, lost_attempts: 0 });

  const [again] = await claim(services, 1);
  if (again?.id !== job.id) throw new Error('the same job was to be claimed');
  const done = await complete(again);
  expect(done).toMatchObject({ status: 'COMPLETED', cached_from: null });
  expect(keyOf(done)).not.toBe(keyOf(first));
});

test('a job that deletes a result waits until those that begin to use it have done so', async () => {
  const first = await complete(await claimOne());
  const job = await claimOne();
  const ending = await attempt(job);
  const deleting = services.db.transaction().execute(async (tx) => {
    await sql`delete from jobs where id = ${first.id}`.execute(tx);
    // The commit has to wait for this transaction, and then finds the row gone.
    const committing = commitAndClean(services, 'parse', [ending]);
    await waitUntil(() => somebodyWaits(), 10_000, 'the commit to meet the lock');
    return { committing };
  });
  await (
    await deleting
  ).committing;
  expect(await rowOf(job.id)).toMatchObject({ status: 'PENDING', result: null });
});

test('an end that is refused takes nothing from the job whose result it used', async () => {
  const first = await complete(await claimOne());
  const job = await claimOne();
  const ending = await attempt(job);
  // Somebody else holds the ticket by now.
  await sql`update sheaf_queue.job set retry_count = retry_count + 1`.execute(services.db);
  await commitAndClean(services, 'parse', [ending]);
  expect(await rowOf(job.id)).toMatchObject({ status: 'RUNNING', result: null });
  expect(await isStored(keyOf(first))).toBe(true);
});

test('of equal files in one batch none waits for the other', async () => {
  const { id } = await addStoredBatch(services, projectId, ['same.pdf', 'same.pdf']);
  const jobs = await claim(services, 2);
  const endings = await Promise.all(jobs.map((job) => attempt(job)));
  await commitAndClean(services, 'parse', endings);
  expect((await jobsOf(services.db, id)).map((job) => job.status)).toEqual(['COMPLETED', 'COMPLETED']);
  expect(engine.begun).toHaveLength(2);
});

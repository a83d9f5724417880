import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBatch } from '../../src/services/batches.ts';
import type { Services } from '../../src/services/context.ts';
import type { ListedBatch } from '../../src/store/batch-lists.ts';
import { createWorker, type Worker } from '../../src/worker/worker.ts';
import { addDirectory, addProject, addRunningBatch, jobsOf } from '../support/batch-scenes.ts';
import { createScriptedEngine, succeed } from '../support/scripted-engine.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { openTestServices, withLimits, type TestServices } from '../support/test-services.ts';
import { watchRunningJobs } from './running-jobs.ts';

const CAP = 4;
const SLOTS = 8;
const DOCUMENT_MS = 20;
const BIG = { batches: 5, filesEach: 1_000 };
const SMALL = { projects: 10, files: 5 };
const SAMPLE_MS = 20;
const MOST_BEFORE_HALF = 20;
const DEADLINE_MS = 60_000;

let bench: TestServices;
let services: Services;
let worker: Worker | undefined;

beforeEach(async () => {
  bench = await openTestServices();
  services = withLimits(bench.services, { maxRunningJobsPerProject: CAP });
});
afterEach(async () => {
  await worker?.stop(0);
  await bench[Symbol.asyncDispose]();
});

test('ten small projects start at once beside five thousand waiting files, and nobody runs more than the limit', async () => {
  const big = await addProject(services.db);
  for (let batch = 0; batch < BIG.batches; batch++) await addRunningBatch(services, big, BIG.filesEach);
  await storeDocument(services);

  const begun: string[] = [];
  const engine = createScriptedEngine(SLOTS, async (request) => {
    begun.push(request.jobId);
    await delay(DOCUMENT_MS);
    return succeed(request);
  });
  worker = createWorker(services, { parse: engine });
  const watch = watchRunningJobs(services.db, SAMPLE_MS);
  await worker.start();
  await waitUntil(() => begun.length >= 10 * CAP, DEADLINE_MS, 'the big project to be at work');

  const small = await Promise.all(Array.from({ length: SMALL.projects }, () => addProject(services.db)));
  const directories = await Promise.all(small.map((project) => addDirectory(services, project, SMALL.files)));
  await storeDocument(services);
  const before = begun.length;
  const batches = await Promise.all(
    small.map((project, index) => createSmallBatch(project, directories[index] ?? '')),
  );
  const ended = async (): Promise<boolean> => (await countUnfinished(services, small)) === 0;
  await waitUntil(ended, DEADLINE_MS, 'the small projects to end');
  const seen = await watch.stop();

  const jobs = (await Promise.all(batches.map(({ id }) => jobsOf(services.db, id)))).flat();
  const own = new Set(jobs.map(({ id }) => id));
  const meanwhile = begun.slice(before, begun.findLastIndex((id) => own.has(id)) + 1);
  // Of the big project, those that began before each file of a small one.
  const starts = meanwhile.flatMap((id, index) =>
    own.has(id) ? [meanwhile.slice(0, index).filter((other) => !own.has(other)).length] : [],
  );
  const waiting = await countWaiting(services, big);
  console.log(
    `fairness: before ${starts.length} files of ${SMALL.projects} small projects ${quantile(starts, 0.5)} files of the ` +
      `big one began (median; 95 %: ${quantile(starts, 0.95)}, most: ${quantile(starts, 1)}); it has ${waiting} ` +
      `waiting; most running per project: ${seen.mostRunning} of ${CAP}, most slots held: ${seen.mostHeld}, in ` +
      `${seen.samples} samples`,
  );
  expect(starts).toHaveLength(SMALL.projects * SMALL.files);
  expect(quantile(starts, 0.5)).toBeLessThan(MOST_BEFORE_HALF);
  // The big one yields its turns and not its place.
  expect(quantile(starts, 1)).toBeGreaterThan(0);
  expect(seen.mostRunning).toBe(CAP);
  expect(seen.mostHeld).toBe(CAP);
  expect(waiting).toBeGreaterThan((BIG.batches * BIG.filesEach) / 2);
});

async function createSmallBatch(projectId: string, sourceDirectoryId: string): Promise<ListedBatch> {
  const request = {
    principal: { keyId: 'key-test', projectId },
    retryCount: 0,
    arrivedAt: performance.now(),
  };
  const { batch } = await createBatch(services, request, {
    sourceDirectoryId,
    jobType: 'parse_v2',
    configurationId: 'cfg-PARSE_FAST',
    webhooks: { configurationIds: [], inline: [] },
  });
  return batch;
}

/** All files share the bytes of one document: what is in them is not looked at. */
async function storeDocument({ db, blobs }: Services): Promise<void> {
  const key = 'uploads/00/any-document';
  await blobs.write(key, Readable.from([Buffer.from('any document')]));
  await sql`update files set blob_key = ${key} where blob_key <> ${key}`.execute(db);
}

async function countUnfinished({ db }: Services, projectIds: readonly string[]): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from batches where project_id = any(${projectIds}) and finished_at is null`.execute(
    db,
  );
  return counted.rows[0]?.n ?? 0;
}

async function countWaiting({ db }: Services, projectId: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from jobs where project_id = ${projectId} and status = 'PENDING'`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** The value that this share of the numbers does not exceed. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

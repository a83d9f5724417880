import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createBatch } from '../src/services/batches.ts';
import type { Services } from '../src/services/context.ts';
import { addDirectory, addProject } from '../test/support/batch-scenes.ts';
import type { ScaleConnection } from './scale-database.ts';
import { openScaleServices } from './scale-services.ts';
import { startWorkers } from './scale-workers.ts';

const PROJECTS = 4;
const FILES = 500;
/** Enough for every worker to find jobs, and few enough for the queue to stay small, as docs/scaling.md advises. */
const RUNNING_JOBS = 200;

/**
 * Batches of files are created through the service, and worker processes end their jobs as they begin.
 * @returns jobs per second, from the first create to the end of the last batch
 * @throws when a counter or an event is not what it has to be
 */
export async function measureSheaf(
  connection: ScaleConnection,
  { workers, jobs, dataDir }: { workers: number; jobs: number; dataDir: string },
): Promise<number> {
  const place = await mkdtemp(join(dataDir, 'scale-'));
  const settings = { connection, dataDir: place, maxRunningJobsPerProject: RUNNING_JOBS };
  const { services, close } = await openScaleServices(settings);
  try {
    const wanted = await prepare(services, Math.ceil(jobs / FILES));
    await using processes = await startWorkers('scale-worker.ts', workers, settings);
    const began = performance.now();
    for (const batch of wanted) await create(services, batch);
    const left = sql<{
      n: number;
    }>`select count(*)::int as n from batches where status not in ('COMPLETED', 'FAILED', 'CANCELLED')`;
    while ((await left.execute(services.db)).rows[0]?.n !== 0) {
      processes.check();
      await pause(20);
    }
    const seconds = (performance.now() - began) / 1000;
    await processes.stop();
    await checkOutcome(services, wanted.length);
    return (wanted.length * FILES) / seconds;
  } finally {
    await close();
  }
}

interface WantedBatch {
  readonly projectId: string;
  readonly directoryId: string;
}

async function prepare(services: Services, batches: number): Promise<WantedBatch[]> {
  const projects = await Promise.all(Array.from({ length: PROJECTS }, () => addProject(services.db)));
  const wanted: WantedBatch[] = [];
  for (let index = 0; index < batches; index += 1) {
    const projectId = projects[index % PROJECTS] ?? '';
    wanted.push({ projectId, directoryId: await addDirectory(services, projectId, FILES) });
  }
  await sql`analyze`.execute(services.db);
  return wanted;
}

async function create(services: Services, { projectId, directoryId }: WantedBatch): Promise<void> {
  const request = {
    principal: { keyId: 'key-bench', projectId },
    retryCount: 0,
    arrivedAt: performance.now(),
  };
  await createBatch(services, request, {
    sourceDirectoryId: directoryId,
    jobType: 'parse_v2',
    configurationId: 'cfg-PARSE_FAST',
    webhooks: { configurationIds: [], inline: [] },
  });
}

/** A rate counts only when everything was done, once, and told. */
async function checkOutcome({ db }: Services, batches: number): Promise<void> {
  const { rows } = await sql<{ completed: number; files: number; events: number; jobs: number }>`
    select (select coalesce(sum(completed_files), 0)::int from batches) as files,
      (select count(*)::int from batches where status = 'COMPLETED') as completed,
      (select count(*)::int from batch_transitions where status = 'COMPLETED') as events,
      (select count(*)::int from jobs where status = 'COMPLETED') as jobs`.execute(db);
  const expected = { completed: batches, files: batches * FILES, events: batches, jobs: batches * FILES };
  if (JSON.stringify(sorted(rows[0] ?? {})) !== JSON.stringify(sorted(expected)))
    throw new Error(`Expected ${JSON.stringify(expected)}, found ${JSON.stringify(rows[0])}`);
}

function sorted(record: object): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

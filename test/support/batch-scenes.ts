import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { newId, newUuid } from '../../src/model/ids.ts';
import { createBatch } from '../../src/services/batches.ts';
import type { Services } from '../../src/services/context.ts';
import { createDirectory } from '../../src/services/directories.ts';
import { addUpload } from '../../src/services/directory-files.ts';
import { storeUpload } from '../../src/services/uploads.ts';
import { startNextBatch } from '../../src/services/start-batch.ts';
import { claimJobs, type ClaimedJob, type Ending, type FinishedJob } from '../../src/services/run-jobs.ts';
import type { Database } from '../../src/store/database.ts';
import type { Batch, BatchFile, Job } from '../../src/store/schema.ts';

/** Scenes that many tests begin with, and what they look at afterwards. */

/** A project of a new organization. @returns its id */
export async function addProject(
  db: Database,
  limits: { max_running_jobs?: number; max_running_batches?: number } = {},
): Promise<string> {
  const project = { id: newUuid(), organization_id: newUuid() };
  await db.insertInto('organizations').values({ id: project.organization_id, name: project.id }).execute();
  await db
    .insertInto('projects')
    .values({ ...project, name: 'Test', is_default: true, limits: JSON.stringify(limits) })
    .execute();
  return project.id;
}

/** A directory with files `0.pdf`, `1.pdf`, … whose bytes were never stored. @returns its id */
export async function addDirectory(
  services: Services,
  projectId: string,
  files: number,
  name = 'scene',
): Promise<string> {
  const { id } = await createDirectory(services, projectId, { name });
  const rows = Array.from({ length: files }, (_, index) => {
    const fileId = newUuid();
    return { fileId, id: newId('directoryFile'), name: `${index}.pdf` };
  });
  if (rows.length === 0) return id;
  const columns = [
    rows.map((row) => row.fileId),
    rows.map((row) => row.id),
    rows.map((row) => row.name),
  ] as const;
  await sql`
    insert into files (id, project_id, name, size_bytes, sha256, blob_key)
    select r.file_id, ${projectId}, r.name, 1, ''::bytea, 'uploads/00/' || r.file_id
    from unnest(${columns[0]}::uuid[], ${columns[2]}::text[]) as r (file_id, name)`.execute(services.db);
  await sql`
    insert into directory_files (id, project_id, directory_id, file_id, unique_id, display_name)
    select r.id, ${projectId}, ${id}, r.file_id, r.name, r.name
    from unnest(${columns[0]}::uuid[], ${columns[1]}::text[], ${columns[2]}::text[]) as r (file_id, id, name)`.execute(
    services.db,
  );
  return id;
}

/** A batch over a new directory, accepted and not started. */
export async function addBatch(
  services: Services,
  projectId: string,
  files: number,
  directoryName?: string,
): Promise<Batch> {
  const sourceDirectoryId = await addDirectory(services, projectId, files, directoryName);
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
  return batchById(services.db, batch.id);
}

/** Starts whatever waits to be started. @returns how many tickets were worked off */
export async function startBatches(services: Services): Promise<number> {
  let started = 0;
  while (await startNextBatch(services)) started += 1;
  return started;
}

/** A batch that runs: every file has its job, none is claimed. */
export async function addRunningBatch(services: Services, projectId: string, files: number): Promise<Batch> {
  const { id } = await addBatch(services, projectId, files);
  await startBatches(services);
  return batchById(services.db, id);
}

export async function batchById(db: Database, id: string): Promise<Batch> {
  return db.selectFrom('batches').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** In the order of the batch's files. */
export async function jobsOf(db: Database, batchId: string): Promise<Job[]> {
  return db
    .selectFrom('jobs')
    .selectAll()
    .where('batch_id', '=', batchId)
    .orderBy('batch_position')
    .execute();
}

export async function filesOf(db: Database, batchId: string): Promise<BatchFile[]> {
  return db
    .selectFrom('batch_files')
    .selectAll()
    .where('batch_id', '=', batchId)
    .orderBy('position')
    .execute();
}

/** Claims as a worker of its own that is entered nowhere. */
export async function claim(services: Services, limit: number): Promise<ClaimedJob[]> {
  return claimJobs(services, newUuid(), 'parse', limit);
}

/** What jobs that did not succeed must say. */
const REASONS: Partial<Record<string, Partial<FinishedJob>>> = {
  FAILED: { errorCode: 'PROCESSING_FAILED', errorMessage: 'PROCESSING_FAILED: in a test' },
  CANCELLED: { errorMessage: 'Cancelled while it ran.' },
};

/** How a job ended, as a worker would say it; no bytes are stored for it. */
export function ending(job: ClaimedJob, end: Partial<FinishedJob> = {}): Ending {
  return {
    job,
    finished: {
      id: job.id,
      attempt: job.attempt,
      status: 'COMPLETED',
      errorCode: null,
      errorMessage: null,
      pages: 1,
      result: null,
      summary: null,
      ...(end.status && REASONS[end.status]),
      ...end,
    },
  };
}

/** What a batch's row counts, beside what its files and jobs say. The two must always be equal. */
export async function countersAndRows(db: Database, batchId: string) {
  const batch = await batchById(db, batchId);
  const [jobs, files] = await Promise.all([jobsOf(db, batchId), filesOf(db, batchId)]);
  const withStatus = (status: string): number => jobs.filter((job) => job.status === status).length;
  const closed = files.filter((file) => file.error_message !== null);
  const neverRun = closed.filter((file) => file.error_message?.startsWith('Cancelled')).length;
  return {
    counters: {
      completed: batch.completed_files,
      failed: batch.failed_files,
      cancelled: batch.cancelled_files,
      pages: batch.pages,
    },
    rows: {
      completed: withStatus('COMPLETED'),
      failed: withStatus('FAILED') + closed.length - neverRun,
      cancelled: withStatus('CANCELLED') + neverRun,
      pages: jobs.reduce((sum, job) => sum + (job.pages ?? 0), 0),
    },
  };
}

/** The tickets in a queue, waiting or held. */
export async function ticketsIn(
  db: Database,
  queue: string,
): Promise<{ id: string; state: string; priority: number }[]> {
  const found = await sql<{ id: string; state: string; priority: number }>`
    select id, state::text, priority from sheaf_queue.job where name = ${queue} order by priority desc, id`.execute(
    db,
  );
  return found.rows;
}

/** A batch over files whose bytes are really stored: their names. It runs; no job is claimed. */
export async function addStoredBatch(
  services: Services,
  projectId: string,
  names: readonly string[],
): Promise<Batch> {
  const directory = await createDirectory(services, projectId, { name: 'stored' });
  for (const name of names) {
    const upload = await storeUpload(services, Readable.from([Buffer.from(name)]), name);
    await addUpload(services, directory, upload, () => ({}));
  }
  const { batch } = await createBatch(
    services,
    { principal: { keyId: 'key-test', projectId }, retryCount: 0, arrivedAt: performance.now() },
    {
      sourceDirectoryId: directory.id,
      jobType: 'parse_v2',
      configurationId: 'cfg-PARSE_FAST',
      webhooks: { configurationIds: [], inline: [] },
    },
  );
  await startBatches(services);
  return batchById(services.db, batch.id);
}

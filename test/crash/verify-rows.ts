import { sql } from 'kysely';
import { isTerminalBatchStatus } from '../../src/model/batch-states.ts';
import { isTerminalJobStatus } from '../../src/model/job-states.ts';
import type { BlobStore } from '../../src/store/blobs/port.ts';
import type { Database } from '../../src/store/database.ts';
import type { Batch, Job } from '../../src/store/schema.ts';
import { countersAndRows, filesOf, jobsOf } from '../support/batch-scenes.ts';
import type { RequestedBatch } from './ledger.ts';
import { verifyEvents } from './verify-events.ts';

/** What the database and the blobs hold, counted. */
export interface RowCounts {
  batches: Record<string, number>;
  jobs: Record<string, number>;
  failures: Record<string, number>;
  files: number;
  transitions: number;
  deliveries: number;
  blobs: number;
  /** Results on disk of attempts that did not count. */
  strayBlobs: number;
  /** Jobs that took more than one attempt. */
  repeatedJobs: number;
  /** Attempts that ended with their worker. */
  lostAttempts: number;
}

/** What a document may fail of here: two cannot be read, and one may have its process killed twice. */
const EXPECTED_FAILURES = ['PDF_IS_BROKEN', 'PDF_IS_PROTECTED', 'ENGINE_CRASHED'];

const PAGE = 1_000;

/** Compares every row of every batch with every other. @returns what is wrong, and the counts */
export async function verifyRows(
  { db, blobs }: { readonly db: Database; readonly blobs: BlobStore },
  acknowledged: readonly RequestedBatch[],
): Promise<{ problems: string[]; counts: RowCounts }> {
  const problems: string[] = [];
  const counts: RowCounts = {
    batches: {},
    jobs: {},
    failures: {},
    files: 0,
    transitions: 0,
    deliveries: 0,
    blobs: 0,
    strayBlobs: 0,
    repeatedJobs: 0,
    lostAttempts: 0,
  };
  const batches = await db.selectFrom('batches').selectAll().orderBy('created_at').execute();
  problems.push(...(await compareWithRequests(db, batches, acknowledged)));
  const seenJobs = new Set<string>();
  for (const batch of batches) {
    increase(counts.batches, batch.status);
    const told = [
      ...(await verifyFiles(db, batch, counts, seenJobs)),
      ...(await verifyEvents(db, batch, counts)),
      ...(await verifyJobs(await jobsOf(db, batch.id), blobs, counts)),
    ];
    problems.push(...told.map((problem) => `${batch.id} (${batch.status}): ${problem}`));
  }
  counts.strayBlobs = (await countStoredResults(blobs)) - counts.blobs;
  problems.push(...(await findLeftovers(db)));
  return { problems, counts };
}

/** Every batch that was acknowledged exists, and no request made two, acknowledged or not. */
async function compareWithRequests(
  db: Database,
  batches: readonly Batch[],
  acknowledged: readonly RequestedBatch[],
): Promise<string[]> {
  const webhooks = await db.selectFrom('webhook_subscriptions').select(['batch_id', 'url']).execute();
  const markerOf = new Map(webhooks.map((webhook) => [webhook.batch_id, webhook.url]));
  const known = new Map(batches.map((batch) => [batch.id, batch]));
  const markers = webhooks.map((webhook) => webhook.url);
  const doubled = new Set(markers.filter((marker, index) => markers.indexOf(marker) !== index));
  return [
    ...[...doubled].map((marker) => `the request ${marker} made more than one batch`),
    ...batches.filter(({ id }) => !markerOf.has(id)).map(({ id }) => `${id} has no webhook`),
    ...acknowledged
      .filter(({ id, marker }) => !known.has(id) || markerOf.get(id) !== marker)
      .map(({ id }) => `the acknowledged batch ${id} is not there`),
    ...acknowledged
      .filter(({ id, files }) => known.has(id) && known.get(id)?.total_files !== files)
      .map(({ id, files }) => `${id} has ${known.get(id)?.total_files} files instead of ${files}`),
  ];
}

/** Every file has one job or one message, every job one file, and the counters say what the rows say. */
async function verifyFiles(
  db: Database,
  batch: Batch,
  counts: RowCounts,
  seenJobs: Set<string>,
): Promise<string[]> {
  const problems: string[] = [];
  const [files, jobs] = await Promise.all([filesOf(db, batch.id), jobsOf(db, batch.id)]);
  counts.files += files.length;
  const { counters, rows } = await countersAndRows(db, batch.id);
  if (!isTerminalBatchStatus(batch.status)) problems.push('has not ended');
  if ((batch.status === 'CANCELLED') !== (batch.cancel_requested_at !== null)) {
    problems.push(`its cancel was asked for at ${batch.cancel_requested_at?.toISOString() ?? 'no time'}`);
  }
  if (files.length !== batch.total_files) problems.push(`has ${files.length} of ${batch.total_files} files`);
  if (JSON.stringify(counters) !== JSON.stringify(rows)) {
    problems.push(`counts ${JSON.stringify(counters)} where the rows say ${JSON.stringify(rows)}`);
  }
  if (rows.completed + rows.failed + rows.cancelled !== batch.total_files)
    problems.push('not every file has ended');
  const jobOf = new Map(jobs.map((job) => [job.batch_position, job]));
  for (const file of files) {
    if ((file.job_id === null) === (file.error_message === null)) {
      problems.push(`file ${file.position} has neither or both of a job and a message`);
    }
    const job = jobOf.get(file.position);
    if ((job?.id ?? null) !== file.job_id || (job && job.file_id !== file.file_id)) {
      problems.push(`file ${file.position} names the job ${file.job_id}, but its job is ${job?.id}`);
    }
    if (file.job_id !== null && seenJobs.has(file.job_id))
      problems.push(`${file.job_id} is the job of two files`);
    if (file.job_id !== null) seenJobs.add(file.job_id);
  }
  if (jobs.length !== files.filter((file) => file.job_id !== null).length)
    problems.push('has jobs without a file');
  return problems;
}

/** Every job has ended in one way, and the result of a completed one is there to the last byte. */
async function verifyJobs(jobs: readonly Job[], blobs: BlobStore, counts: RowCounts): Promise<string[]> {
  const problems: string[] = [];
  for (const job of jobs) {
    increase(counts.jobs, job.status);
    counts.repeatedJobs += Number(job.attempt > 1);
    counts.lostAttempts += job.lost_attempts;
    if (!isTerminalJobStatus(job.status)) problems.push(`${job.id} is ${job.status}`);
    if ((job.status === 'COMPLETED') !== (job.result !== null))
      problems.push(`${job.id} is ${job.status} with the wrong result`);
    if (job.status === 'FAILED') {
      increase(counts.failures, job.error_code ?? 'none');
      if (!EXPECTED_FAILURES.includes(job.error_code ?? ''))
        problems.push(`${job.id} (${job.name}): ${job.error_message}`);
    }
    if (!job.result) continue;
    counts.blobs += 1;
    const { key, bytes } = job.result;
    if (!(await hasLength(blobs, key, bytes)))
      problems.push(`the blob ${key} of ${job.id} does not have ${bytes} bytes`);
  }
  return problems;
}

/** Its last byte can be read, and none behind it. */
async function hasLength(blobs: BlobStore, key: string, bytes: number): Promise<boolean> {
  const canRead = (offset: number): Promise<boolean> =>
    blobs.readRange(key, offset, 1).then(
      () => true,
      () => false,
    );
  return (await canRead(bytes - 1)) && !(await canRead(bytes));
}

async function countStoredResults(blobs: BlobStore): Promise<number> {
  let count = 0;
  for (let after = 'results/'; ;) {
    const page = await blobs.list(after, PAGE);
    const results = page.filter(({ key }) => key.startsWith('results/'));
    count += results.length;
    if (page.length < PAGE || results.length < page.length) return count;
    after = page.at(-1)?.key ?? '';
  }
}

/** When all is done nothing holds a slot and nothing is in the queue. */
async function findLeftovers(db: Database): Promise<string[]> {
  const held = await sql<{ id: string }>`select id from jobs where holds_slot`.execute(db);
  const tickets = await sql<{ id: string; name: string; state: string }>`
    select id, name, state::text from sheaf_queue.job where name in ('start-batch', 'parse', 'extract')`.execute(
    db,
  );
  return [
    ...held.rows.map(({ id }) => `${id} still holds a slot`),
    ...tickets.rows.map(({ id, name, state }) => `the ticket ${id} of ${name} is still ${state}`),
  ];
}

function increase(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

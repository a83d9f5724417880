import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { idFromUuid, newId } from '../model/ids.ts';
import { lockProjects } from '../queue/admission.ts';
import type { Ticket } from '../queue/port.ts';
import {
  countRunningBatches,
  findBatchById,
  hasOlderThrottledBatch,
  keepBatchAsItIs,
  NO_FILES,
  nextUnmappedFiles,
  recordMapping,
  type UnmappedFile,
} from '../store/batches.ts';
import { isShortage } from '../model/shortage.ts';
import { isTransientDatabaseError, type Transaction } from '../store/database.ts';
import { insertBatchJobs } from '../store/jobs.ts';
import { findProject } from '../store/projects.ts';
import type { Batch } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { countEndedFiles, failLockedBatch, lockWholeBatch, startNextThrottled } from './batch-progress.ts';
import { moveBatch } from './batch-transitions.ts';
import type { Services } from './context.ts';
import { recordJobEvents } from './job-events.ts';
import { admitNext, type Room } from './run-jobs.ts';
import { FILE_DELETED } from './missing-files.ts';

/** Files that get their jobs in one transaction: small enough that others wait only milliseconds for its locks. */
const MAPPING_CHUNK = 200;

/**
 * Takes the next batch that waits to be started, if any, and takes it one chunk of files further. A fault puts it
 * back.
 * @returns whether there was one
 */
export async function startNextBatch(services: Services): Promise<boolean> {
  const [ticket] = await inTransaction(services.db, (tx) => services.queue.claim(tx, 'start-batch', 1));
  if (!ticket) return false;
  let room: Room;
  try {
    room = await startBatch(services, ticket);
  } catch (error) {
    if (ticket.generation >= MAX_STARTS && !isTransientDatabaseError(error) && !isShortage(error)) {
      services.logger.error(
        { err: error, ticket: ticket.id },
        'a batch could not be started and is given up',
      );
      await giveUpBatch(services, ticket);
      return true;
    }
    await inTransaction(services.db, (tx) => services.queue.release(tx, 'start-batch', [ticket]));
    throw error;
  }
  if (room.projects.size > 0) await admitNext(services, room);
  services.hints.send('work');
  return true;
}

/** A batch that could not be started this often for reasons of its own is FAILED, so that others get their turn. */
const MAX_STARTS = 10;

async function giveUpBatch(services: Services, ticket: Ticket): Promise<void> {
  const batchId = idFromUuid('batch', ticket.id);
  const projectId = (await findBatchById(services.db, batchId))?.project_id;
  await inTransaction(services.db, async (tx) => {
    const batch = projectId ? await lockWholeBatch(tx, projectId, batchId) : undefined;
    if (batch && !isTerminalBatchStatus(batch.status)) await failLockedBatch(tx, services, batch);
    await services.queue.settle(tx, 'start-batch', [ticket]);
  });
}

/**
 * Starts the batch of a claimed `start-batch` ticket, or leaves it throttled when its project runs as many as it
 * may, and gives a chunk of its files their jobs. What is left goes to the back of the queue: the five batches of
 * 200 files behind one of 5,000 waited 1.4 s for it otherwise. May be run again after a crash at any point.
 * @returns where jobs wait to be admitted now
 */
async function startBatch(services: Services, ticket: Ticket): Promise<Room> {
  const batchId = idFromUuid('batch', ticket.id);
  const batch = await findBatchById(services.db, batchId);
  if (!batch) {
    await inTransaction(services.db, (tx) => services.queue.settle(tx, 'start-batch', [ticket]));
    return NO_ROOM;
  }
  if (batch.status !== 'RUNNING' && !(await startOrThrottle(services, batch, ticket))) return NO_ROOM;
  return {
    projects: new Set([batch.project_id]),
    endedBatchOf: await mapChunk(services, batchId, ticket),
  };
}

const NO_ROOM: Room = { projects: new Set(), endedBatchOf: new Set() };

/**
 * Under the project's lock, where its running batches are counted. The ticket of one that is not to run goes in the same
 * transaction: whoever lets it start, because another has ended, must be able to put a new one in.
 * @returns whether it runs now
 */
async function startOrThrottle(
  services: Services,
  { id, project_id }: Batch,
  ticket: Ticket,
): Promise<boolean> {
  return inTransaction(services.db, async (tx) => {
    await lockProjects(tx, [project_id]);
    const batch = await findBatchById(tx, id);
    const runs = batch !== undefined && (await letRun(tx, services, batch));
    if (!runs) await services.queue.settle(tx, 'start-batch', [ticket]);
    return runs;
  });
}

async function letRun(tx: Transaction, services: Services, batch: Batch): Promise<boolean> {
  if (isTerminalBatchStatus(batch.status) || batch.cancel_requested_at) return false;
  if (batch.status === 'RUNNING') return true;
  if (!(await mayStart(tx, services, batch))) {
    if (batch.status === 'PENDING') await moveBatch(tx, batch.id, { status: 'THROTTLED' });
    return false;
  }
  await moveBatch(tx, batch.id, { status: 'RUNNING' });
  // Several places may have become free before the first ticket was taken.
  await startNextThrottled(tx, services, batch.project_id);
  return true;
}

/**
 * Gives files of a batch that runs their jobs. Holds the ticket, so that nobody else does, and the batch's row only
 * against a cancel: its jobs end meanwhile, and other batches of the project get theirs.
 * @returns the project, where the batch has ended for want of files that could be given one
 */
async function mapChunk(services: Services, batchId: string, ticket: Ticket): Promise<Set<string>> {
  return inTransaction(services.db, async (tx) => {
    const held = await services.queue.settle(tx, 'start-batch', [ticket]);
    const batch = held.size > 0 ? await keepBatchAsItIs(tx, batchId) : undefined;
    if (!batch || batch.status !== 'RUNNING' || batch.cancel_requested_at) return new Set();
    const files = await nextUnmappedFiles(tx, batch.id, MAPPING_CHUNK);
    const ended = await mapFiles(tx, services, batch, files);
    if (files.length === MAPPING_CHUNK) await services.queue.enqueue(tx, 'start-batch', [{ id: ticket.id }]);
    return new Set(ended.map((one) => one.project_id));
  });
}

/** Whether there is room and it is this batch's turn. A throttled one that has waited longer is let try first. */
async function mayStart(tx: Transaction, services: Services, batch: Batch): Promise<boolean> {
  if (!(await hasRoom(tx, services, batch.project_id))) return false;
  if (!(await hasOlderThrottledBatch(tx, batch))) return true;
  await startNextThrottled(tx, services, batch.project_id);
  return false;
}

async function hasRoom(tx: Transaction, services: Services, projectId: string): Promise<boolean> {
  const project = await findProject(tx, projectId);
  const limit = project?.limits.max_running_batches ?? services.limits.maxRunningBatchesPerProject;
  return (await countRunningBatches(tx, projectId)) < limit;
}

/** @returns the batch, if it has ended with this */
async function mapFiles(
  tx: Transaction,
  services: Services,
  batch: Batch,
  files: readonly UnmappedFile[],
): Promise<Batch[]> {
  const kind = batch.job_type === 'parse_v2' ? 'parse' : 'extract';
  const mapping = files.map((file) => ({
    position: file.position,
    jobId: file.available ? newId(kind === 'parse' ? 'parseJob' : 'extractJob') : null,
    errorMessage: file.available ? null : FILE_DELETED,
    file,
  }));
  const recorded = await recordMapping(tx, batch.id, mapping);
  const jobs = mapping.flatMap(({ position, jobId, file }) =>
    jobId && recorded.has(position)
      ? [
          {
            id: jobId,
            position,
            fileId: file.file_id,
            name: file.display_name,
            directoryFileId: file.directory_file_id,
          },
        ]
      : [],
  );
  await insertBatchJobs(
    tx,
    { id: batch.id, projectId: batch.project_id, kind, configurationId: batch.configuration_id },
    jobs,
  );
  await recordJobEvents(
    tx,
    services,
    jobs.map(({ id }) => ({ id, status: 'PENDING' })),
  );
  const missing = recorded.size - jobs.length;
  if (missing === 0) return [];
  return countEndedFiles(tx, new Map([[batch.id, { ...NO_FILES, failed: missing }]]));
}

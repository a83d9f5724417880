import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, claim, ending, filesOf, jobsOf, startBatches } from '../../test/support/batch-scenes.ts';
import {
  addFilledDirectory,
  addPlainFile,
  attach,
  cleanUp,
  counts,
  expire,
  fileKeys,
  lookNow,
  storedKeys,
} from '../../test/support/retention-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Directory } from '../store/schema.ts';
import { createBatch } from './batches.ts';
import type { Services } from './context.ts';
import { deleteDirectory } from './directories.ts';
import { deleteDirectoryFile } from './directory-files.ts';
import { deleteFile } from './files.ts';
import { commitEndings, type ClaimedJob } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = bench.services;
});
beforeEach(async () => {
  await bench.clear();
  for (const key of await storedKeys(services)) await services.blobs.delete(key);
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

async function batchOver(directory: Directory): Promise<string> {
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
  return batch.id;
}

/** The keys of the files that the jobs are over, in order. */
const keysOf = (jobs: readonly ClaimedJob[]): string[] => jobs.map((job) => job.blob_key ?? '').toSorted();

const end = (jobs: readonly ClaimedJob[]) =>
  commitEndings(
    services,
    'parse',
    jobs.map((job) => ending(job)),
  );

const directoryById = (id: string) =>
  services.db.selectFrom('directories').selectAll().where('id', '=', id).executeTakeFirst();

const liveEntries = async (directoryId: string): Promise<number> => {
  const rows = await services.db
    .selectFrom('directory_files')
    .select('id')
    .where('directory_id', '=', directoryId)
    .where('deleted_at', 'is', null)
    .execute();
  return rows.length;
};

describe('directories', () => {
  test('that have expired go with their files and bytes; others stay', async () => {
    const gone = await addFilledDirectory(services, projectId, { type: 'ephemeral', names: ['a', 'b', 'c'] });
    const later = await addFilledDirectory(services, projectId, { type: 'ephemeral', names: ['d'] });
    const kept = await addFilledDirectory(services, projectId, { names: ['e'] });
    await expire(services, gone.directory.id);

    // Chunks of two: the directory takes two of them.
    expect(counts(await cleanUp(services, { chunk: 2 }))).toEqual({
      expiredDirectories: 1,
      releasedFiles: 3,
      deletedBlobs: 3,
    });
    expect((await directoryById(gone.directory.id))?.deleted_at).not.toBeNull();
    expect(await liveEntries(gone.directory.id)).toBe(0);
    expect(await liveEntries(later.directory.id)).toBe(1);
    expect(await liveEntries(kept.directory.id)).toBe(1);
    expect(await fileKeys(services)).toHaveLength(2);
    expect(await storedKeys(services)).toEqual(await fileKeys(services));

    expect(counts(await cleanUp(services))).toEqual({});
  });

  test('that a client deletes take the files with them that were uploaded there, and no others', async () => {
    const { directory } = await addFilledDirectory(services, projectId, { names: ['a'] });
    const plain = await addPlainFile(services, projectId);
    await attach(services, directory, plain.id);
    await deleteDirectory(services, projectId, directory.id);

    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
    expect(await storedKeys(services)).toEqual([plain.blob_key]);
    // A file that stays is not looked at for ever.
    expect(await services.db.selectFrom('file_releases').selectAll().execute()).toEqual([]);
  });

  test('that expire under batches leave these what they were made over, until their jobs have ended', async () => {
    const { directory } = await addFilledDirectory(services, projectId, {
      type: 'ephemeral',
      names: ['a', 'b'],
    });
    const running = await batchOver(directory);
    await startBatches(services);
    const waiting = await batchOver(directory);
    await expire(services, directory.id);

    expect(counts(await cleanUp(services))).toEqual({ expiredDirectories: 1 });
    expect(await storedKeys(services)).toHaveLength(2);
    await startBatches(services);
    for (const batchId of [running, waiting]) {
      const claimed = await claim(services, 2);
      expect(claimed.map((job) => job.batch_id)).toEqual([batchId, batchId]);
      expect(keysOf(claimed)).toEqual(await storedKeys(services));
      await lookNow(services);
      expect(counts(await cleanUp(services))).toEqual({});
      await end(claimed);
    }
    await lookNow(services);
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 2, deletedBlobs: 2 });
    expect((await jobsOf(services.db, running)).map((job) => job.status)).toEqual(['COMPLETED', 'COMPLETED']);
  });

  test('that are deleted under a batch: jobs that are made go on, files without one get a message', async () => {
    const { directory } = await addFilledDirectory(services, projectId, { names: ['a', 'b'] });
    await batchOver(directory);
    await startBatches(services);
    const waiting = await batchOver(directory);
    await deleteDirectory(services, projectId, directory.id);
    await cleanUp(services);
    await startBatches(services);
    for (const file of await filesOf(services.db, waiting)) {
      expect(file).toMatchObject({ job_id: null, error_message: expect.stringContaining('deleted') });
    }
    const claimed = await claim(services, 10);
    expect(keysOf(claimed)).toEqual(await storedKeys(services));

    // One ends: its file goes, and that of the other job stays until it ends as well.
    await end(claimed.slice(0, 1));
    await lookNow(services);
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
    expect(await storedKeys(services)).toEqual([claimed[1]?.blob_key]);
    await end(claimed.slice(1));
    await lookNow(services);
    await cleanUp(services);
    expect(await storedKeys(services)).toEqual([]);
  });

  test('that somebody uploads to at this moment are left for the next run', async () => {
    const { directory } = await addFilledDirectory(services, projectId, { type: 'ephemeral', names: ['a'] });
    await expire(services, directory.id);
    await services.db.transaction().execute(async (tx) => {
      await tx.selectFrom('directories').select('id').where('id', '=', directory.id).forShare().execute();
      expect(counts(await cleanUp(services))).toEqual({});
    });
    expect(counts(await cleanUp(services))).toMatchObject({ expiredDirectories: 1, releasedFiles: 1 });
  });
});

describe('files', () => {
  test('that were uploaded for one directory and are in another one, too, stay until they are in none', async () => {
    const first = await addFilledDirectory(services, projectId, { type: 'ephemeral', names: ['a'] });
    const second = await addFilledDirectory(services, projectId, { names: [] });
    const fileId = first.entries[0]?.file_id ?? '';
    const entry = await attach(services, second.directory, fileId);
    await expire(services, first.directory.id);

    expect(counts(await cleanUp(services))).toEqual({ expiredDirectories: 1 });
    expect(await storedKeys(services)).toHaveLength(1);

    await deleteDirectoryFile(services, projectId, second.directory.id, entry.id);
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
  });

  test('that were deleted stay while a directory shows them', async () => {
    const { directory } = await addFilledDirectory(services, projectId, { names: [] });
    const shown = await addPlainFile(services, projectId);
    const unseen = await addPlainFile(services, projectId);
    const entry = await attach(services, directory, shown.id);
    await deleteFile(services, projectId, shown.id);
    await deleteFile(services, projectId, unseen.id);

    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
    expect(await storedKeys(services)).toEqual([shown.blob_key]);

    await deleteDirectoryFile(services, projectId, directory.id, entry.id);
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
  });

  test('of one purpose go when their time has come, and not before', async () => {
    const file = await addPlainFile(services, projectId, 'parse');
    await addPlainFile(services, projectId, 'user_data');
    await lookNow(services);
    expect(counts(await cleanUp(services))).toEqual({});
    const [release] = await services.db.selectFrom('file_releases').selectAll().execute();
    expect(release).toEqual({ file_id: file.id, look_at: file.expires_at });

    await services.db
      .updateTable('files')
      .set({ expires_at: new Date(0) })
      .where('id', '=', file.id)
      .execute();
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
  });

  test('that somebody is about to refer to are left for later', async () => {
    const file = await addPlainFile(services, projectId);
    await deleteFile(services, projectId, file.id);
    await services.db.transaction().execute(async (tx) => {
      await tx.selectFrom('files').select('id').where('id', '=', file.id).forNoKeyUpdate().execute();
      expect(counts(await cleanUp(services))).toEqual({});
    });
    await lookNow(services);
    expect(counts(await cleanUp(services))).toMatchObject({ releasedFiles: 1 });
  });

  test('whose bytes another row points to leave these behind', async () => {
    const file = await addPlainFile(services, projectId);
    const other = await addPlainFile(services, projectId);
    const shared = file.blob_key;
    await services.db.updateTable('files').set({ blob_key: shared }).where('id', '=', other.id).execute();
    await deleteFile(services, projectId, file.id);
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1 });
    expect(await storedKeys(services)).toContain(shared);
    expect(await services.db.selectFrom('blob_garbage').selectAll().execute()).toEqual([]);

    await deleteFile(services, projectId, other.id);
    expect(counts(await cleanUp(services))).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
    expect(await storedKeys(services)).not.toContain(shared);
  });
});

test('one process at a time cleans up', async () => {
  const { directory } = await addFilledDirectory(services, projectId, {
    type: 'ephemeral',
    names: ['a', 'b'],
  });
  await expire(services, directory.id);
  const runs = await Promise.allSettled([1, 2, 3].map(() => cleanUp(services, { chunk: 1 })));
  expect(runs.filter((run) => run.status === 'fulfilled').length).toBeGreaterThan(0);
  await cleanUp(services);
  expect(await storedKeys(services)).toEqual([]);
});

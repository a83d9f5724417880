import { access, readdir, readFile, rm } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, addStoredBatch, claim } from '../../test/support/batch-scenes.ts';
import {
  createScriptedEngine,
  succeed,
  untilAborted,
  type Script,
} from '../../test/support/scripted-engine.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { ParseRequest } from '../engines/parse/port.ts';
import { newId } from '../model/ids.ts';
import type { Services } from '../services/context.ts';
import type { ClaimedJob, Ending } from '../services/run-jobs.ts';
import type { StoredResult } from '../store/schema.ts';
import { resultKey, runParseJob } from './parse-job.ts';

let bench: TestServices;
let services: Services;
let job: ClaimedJob;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  await addStoredBatch(services, await addProject(services.db), ['letter.pdf']);
  const [claimed] = await claim(services, 1);
  if (!claimed) throw new Error('a job was to be claimed');
  job = claimed;
});
afterAll(() => bench[Symbol.asyncDispose]());

/** One attempt by an engine that follows the script. */
async function run(of: ClaimedJob, script?: Script, signal = new AbortController().signal) {
  const engine = createScriptedEngine(1, script);
  const ended = await runParseJob({ engine, services }, of, signal);
  return { ended, begun: engine.begun.length };
}

const finished = (ended: Ending) => ('finished' in ended ? ended.finished : undefined);

/** What an attempt must never leave in the temporary directory. */
async function expectNothingTemporary(): Promise<void> {
  expect(await readdir(services.blobs.temporaryDirectory)).toEqual([]);
}

test('a document that is parsed ends COMPLETED, its result stored under its job and attempt', async () => {
  const requests: ParseRequest[] = [];
  const { ended } = await run(job, async (request) => {
    requests.push(request);
    expect(await readFile(request.inputPath, 'utf8')).toBe('letter.pdf');
    expect(await readdir(request.outputDir)).toEqual([]);
    return succeed(request, ['one', 'two']);
  });
  expect(requests).toMatchObject([{ jobId: job.id, fileName: 'letter.pdf', parameters: { tier: 'fast' } }]);
  const key = resultKey(job);
  expect(key).toContain(`${job.id.slice(4)}-1`);
  expect(finished(ended)).toMatchObject({
    id: job.id,
    status: 'COMPLETED',
    pages: 2,
    result: { key },
    summary: { documentPages: 2 },
  });
  const { bytes = 0, sections } = (finished(ended)?.result ?? {}) as Partial<StoredResult>;
  const pack = await services.blobs.readRange(key, 0, bytes);
  const { offset = 0, length = 0 } = sections?.text ?? {};
  expect(JSON.parse(pack.subarray(offset, offset + length).toString())).toMatchObject({
    pages: [{ text: 'one' }, { text: 'two' }],
  });
  await expectNothingTemporary();
});

test('each attempt has a result of its own', () => {
  expect(new Set([1, 2, 3].map((attempt) => resultKey({ id: job.id, attempt }))).size).toBe(3);
  expect(resultKey({ id: newId('parseJob'), attempt: 1 })).not.toBe(resultKey(job));
});

test("a document's own fault ends FAILED with its code, for the row and for the reader", async () => {
  const { ended } = await run(job, () => ({
    kind: 'failure',
    code: 'PDF_IS_PROTECTED',
    message: 'It wants a password.',
  }));
  expect(finished(ended)).toEqual({
    id: job.id,
    attempt: job.attempt,
    status: 'FAILED',
    errorCode: 'PDF_IS_PROTECTED',
    errorMessage: 'PDF_IS_PROTECTED: It wants a password.',
    pages: null,
    result: null,
    summary: null,
  });
  await expectNothingTemporary();
});

test('an aborted attempt gives the job back and leaves no result', async () => {
  const controller = new AbortController();
  const { ended } = await run(
    job,
    (_, signal) => {
      controller.abort();
      return untilAborted(signal);
    },
    controller.signal,
  );
  expect(ended).toEqual({ job, returned: true });
  await expectNothingTemporary();
  await expect(services.blobs.localFile(resultKey(job))).rejects.toThrow(/No stored bytes/);
});

test('a fault of the engine is thrown, and what it had written is removed', async () => {
  const failing = run(job, (request) => {
    succeed(request);
    throw new Error('no children can be started');
  });
  await expect(failing).rejects.toThrow('no children can be started');
  await expectNothingTemporary();
});

test('a fault of the storage is thrown rather than blamed on the document', async () => {
  const failing = run(job, async (request) => {
    const outcome = succeed(request);
    await rm(request.outputDir, { recursive: true });
    return outcome;
  });
  await expect(failing).rejects.toThrow('ENOENT');
});

describe('without asking the engine', () => {
  test('a job that somebody wants stopped ends CANCELLED', async () => {
    const { ended, begun } = await run({ ...job, cancelled: true });
    expect(finished(ended)).toMatchObject({ status: 'CANCELLED', result: null });
    expect(begun).toBe(0);
  });

  test('a job whose file was deleted fails', async () => {
    const { ended, begun } = await run({ ...job, blob_key: null });
    expect(finished(ended)).toMatchObject({ status: 'FAILED', errorCode: 'FILE_NOT_FOUND' });
    expect(begun).toBe(0);
  });

  test('a job whose bytes are gone from the storage fails', async () => {
    await services.blobs.delete(job.blob_key ?? '');
    const { ended, begun } = await run(job);
    expect(finished(ended)).toMatchObject({ status: 'FAILED', errorCode: 'FILE_NOT_FOUND' });
    expect(begun).toBe(0);
    await expectNothingTemporary();
  });

  test.each([
    [9, 'COMPLETED'],
    [10, 'FAILED'],
  ])('a job that %i workers died over ends %s', async (lost_attempts, status) => {
    const { ended } = await run({ ...job, lost_attempts });
    expect(finished(ended)?.status).toBe(status);
    if (status === 'FAILED')
      expect(finished(ended)).toMatchObject({
        errorCode: 'WORKER_LOST',
        errorMessage: expect.stringMatching(/10 workers/),
      });
  });
});

test('the source file stays where it is, whatever happens', async () => {
  await run(job);
  await access((await services.blobs.localFile(job.blob_key ?? '')).path);
  const { rows } = await sql<{ n: number }>`select count(*) as n from files`.execute(services.db);
  expect(rows).toEqual([{ n: 1 }]);
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject, addStoredBatch, claim, jobsOf } from '../../test/support/batch-scenes.ts';
import { createScriptedEngine, succeed } from '../../test/support/scripted-engine.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import { RESULT_SECTIONS } from '../model/parse-result.ts';
import { openDiskBlobs } from '../store/blobs/disk.ts';
import { runParseJob } from '../worker/parse-job.ts';
import type { Services } from './context.ts';
import { getParseJob, type JobWithParameters } from './parse-jobs.ts';
import { openFullText, openSection } from './parse-sections.ts';
import { commitEndings } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** A job that completed with these pages. */
async function completedJob(texts: readonly string[]): Promise<JobWithParameters> {
  await addStoredBatch(services, projectId, ['a.pdf']);
  const [job] = await claim(services, 1);
  if (!job) throw new Error('a job was to be claimed');
  const engine = createScriptedEngine(1, (request) => succeed(request, texts));
  const ended = await runParseJob({ engine, services }, job, new AbortController().signal);
  await commitEndings(services, 'parse', [ended]);
  return (await getParseJob(services, projectId, job.id)).job;
}

async function readFullText(job: JobWithParameters, section: 'text' | 'markdown', of = services) {
  const stored = openFullText(of, job, section);
  if (!stored) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of stored) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
}

async function readSection(
  job: JobWithParameters,
  section: (typeof RESULT_SECTIONS)[number],
): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of openSection(services, job, section) ?? []) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

test('each section of a result can be read by itself, and is whole', async () => {
  const job = await completedJob(['first', 'zweite — 第二']);
  expect(job.pages).toBe(2);
  expect(await readSection(job, 'text')).toEqual({
    pages: [
      { page_number: 1, text: 'first' },
      { page_number: 2, text: 'zweite — 第二' },
    ],
  });
  expect(await readSection(job, 'markdown')).toMatchObject({
    pages: [{ markdown: '# first', success: true }, { page_number: 2 }],
  });
  expect(await readSection(job, 'items')).toMatchObject({
    pages: [{ page_width: 612, items: [] }, { page_number: 2 }],
  });
  expect(await readSection(job, 'metadata')).toMatchObject({
    pages: [{ page_number: 1 }, { page_number: 2 }],
  });
});

test('a section that is longer than a chunk comes in chunks that make it whole', async () => {
  const long = 'ä'.repeat(800_000);
  const job = await completedJob([long, long]);
  const sizes: number[] = [];
  for await (const chunk of openSection(services, job, 'text') ?? []) sizes.push(chunk.length);
  expect(sizes.length).toBeGreaterThan(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
  expect(await readSection(job, 'text')).toEqual({
    pages: [1, 2].map((page_number) => ({ page_number, text: long })),
  });
});

test('full text and markdown join the pages as the wire does', async () => {
  const job = await completedJob(['one', 'two', 'three']);
  expect(await readFullText(job, 'text')).toBe('one\n\ntwo\n\nthree');
  expect(await readFullText(job, 'markdown')).toBe('# one\n\n---\n\n# two\n\n---\n\n# three');
});

test('the full text of a long document comes in pieces', async () => {
  const pages = Array.from({ length: 40 }, (_, index) => `${index} "ä\n\\" `.repeat(10_000));
  const job = await completedJob(pages);
  let longest = 0;
  for await (const chunk of openFullText(services, job, 'text') ?? [])
    longest = Math.max(longest, chunk.length);
  expect(longest).toBeLessThanOrEqual(1024 * 1024);
  expect(await readFullText(job, 'text')).toBe(pages.join('\n\n'));
});

test('a job without a result has no sections', async () => {
  const { id } = await addStoredBatch(services, projectId, ['a.pdf']);
  const [row] = await jobsOf(services.db, id);
  const { job } = await getParseJob(services, projectId, row?.id ?? '');
  expect(job.parameters).toMatchObject({ tier: 'fast' });
  for (const section of RESULT_SECTIONS) expect(openSection(services, job, section)).toBeNull();
  expect(await readFullText(job, 'markdown')).toBeNull();
});

test('a job that waits says what for, and one that does not says nothing', async () => {
  const two = withLimits(services, { maxRunningJobsPerProject: 2 });
  const { id } = await addStoredBatch(two, projectId, ['0', '1', '2', '3']);
  const reasons = await Promise.all(
    (await jobsOf(services.db, id)).map(
      async (job) => (await getParseJob(two, projectId, job.id)).waitingReason,
    ),
  );
  expect(reasons[0]).toMatch(/worker/);
  expect(reasons[2]).toContain('2');
  expect(reasons[3]).not.toBe(reasons[2]);
  const [running] = await claim(two, 1);
  expect((await getParseJob(two, projectId, running?.id ?? '')).waitingReason).toBeNull();
});

test("an unknown job and another project's are not found", async () => {
  const job = await completedJob(['x']);
  await expect(getParseJob(services, projectId, newId('parseJob'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(getParseJob(services, await addProject(services.db), job.id)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('the bytes of a result that are gone are told', async () => {
  const job = await completedJob(['x']);
  await services.blobs.delete(job.result?.key ?? '');
  await expect(readFullText(job, 'text')).rejects.toThrow(/No stored bytes/);
});

test('a result is found again by a store that was opened later on the same directory', async () => {
  const job = await completedJob(['x']);
  const blobs = await openDiskBlobs(bench.dataDir);
  expect(await readFullText(job, 'text', { ...services, blobs })).toBe('x');
  await blobs.close();
});

import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import {
  attemptExtraction,
  claimAgain,
  claimExtraction,
  completeExtraction,
  extraction,
  rowOf,
  SCHEMA,
} from '../../test/support/extract-job-scenes.ts';
import { addStoredFile } from '../../test/support/parse-job-scenes.ts';
import { createScriptedEngine, type ScriptedEngine } from '../../test/support/scripted-engine.ts';
import {
  createScriptedExtraction,
  succeedExtracting,
  type ScriptedExtraction,
} from '../../test/support/scripted-extraction.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { deleteJob } from '../services/cancel-job.ts';
import type { Services } from '../services/context.ts';
import { commitEndings } from '../services/run-jobs.ts';
import type { Job } from '../store/schema.ts';
import { commitAndClean } from './result-cleanup.ts';

let bench: TestServices;
let services: Services;
let projectId: string;
let file: string;
let parse: ScriptedEngine;
let extract: ScriptedExtraction;

beforeAll(async () => {
  bench = await openTestServices();
  services = withLimits(bench.services, { resultCacheHours: 48 });
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  file = await addStoredFile(services, projectId, 'bill.pdf');
  parse = createScriptedEngine(1);
  extract = createScriptedExtraction();
});
afterAll(() => bench[Symbol.asyncDispose]());

const complete = (options: Record<string, unknown> = {}, input = file): Promise<Job> =>
  completeExtraction(services, { parse, extract }, projectId, extraction(input, options));
const claim = (options: Record<string, unknown> = {}, input = file) =>
  claimExtraction(services, projectId, extraction(input, options));
const run = (job: Awaited<ReturnType<typeof claim>>, signal?: AbortSignal) =>
  attemptExtraction(services, { parse, extract }, job, signal);
const parseRows = (): Promise<Job[]> =>
  services.db.selectFrom('jobs').selectAll().where('kind', '=', 'parse').execute();
const exists = async (key: string): Promise<boolean> =>
  services.blobs.readRange(key, 0, 1).then(
    () => true,
    () => false,
  );

test('a file is parsed and extracted from; the parse becomes a job of its own, of which nobody is told', async () => {
  const job = await complete({ target_pages: '1', parse_tier: 'fast' });
  expect(job).toMatchObject({ status: 'COMPLETED', pages: 1, file_input: file, cached_from: null });
  const [made, ...others] = await parseRows();
  expect(others).toEqual([]);
  expect(made).toMatchObject({
    id: job.parse_job_id,
    status: 'COMPLETED',
    name: 'bill.pdf',
    file_id: file,
    parameters: { tier: 'fast', page_ranges: { target_pages: '1' } },
  });
  const [request] = extract.requests;
  expect(request?.source.sections).toEqual(made?.result?.sections);
  expect(await exists(made?.result?.key ?? '')).toBe(true);
  expect(await exists(job.result?.key ?? '')).toBe(true);
  expect(await services.db.selectFrom('webhook_deliveries').selectAll().execute()).toEqual([]);
  expect(await readdir(services.blobs.temporaryDirectory)).toEqual([]);
});

describe('work that was done is not done again:', () => {
  test('another schema reads the parse that is there', async () => {
    const first = await complete();
    const second = await complete({ data_schema: { ...SCHEMA, description: 'another' } });
    expect(second.parse_job_id).toBe(first.parse_job_id);
    expect(parse.begun).toHaveLength(1);
    expect(extract.requests).toHaveLength(2);
  });

  test('an equal extraction is used as it is', async () => {
    const first = await complete();
    const second = await complete();
    expect(second).toMatchObject({
      cached_from: first.id,
      result: first.result,
      parse_job_id: first.parse_job_id,
    });
    expect(extract.requests).toHaveLength(1);
  });

  test('but not with disable_cache, nor when the fields come in another order', async () => {
    await complete();
    await complete({ disable_cache: true });
    expect(parse.begun).toHaveLength(2);
    const { total, buyer } = SCHEMA.properties;
    await complete({ data_schema: { ...SCHEMA, properties: { buyer, total } } });
    expect(extract.requests).toHaveLength(3);
  });

  test('and not when the parse that its job would name is gone', async () => {
    const first = await complete();
    await deleteJob(services, projectId, 'parse', first.parse_job_id ?? '');
    const second = await complete();
    expect(second.cached_from).toBeNull();
    expect(parse.begun).toHaveLength(2);
  });
});

describe('a parse job as input', () => {
  test('is read, whatever the options say of parsing', async () => {
    const { parse_job_id: input } = await complete();
    const job = await complete({ parse_tier: 'agentic', max_pages: 3 }, input ?? '');
    expect(job).toMatchObject({ status: 'COMPLETED', file_input: input, parse_job_id: input });
    expect(job.summary).toMatchObject({ optionsNotApplied: ['parse_tier'] });
    expect(parse.begun).toHaveLength(1);
  });

  test('that is deleted before its turn fails the job', async () => {
    const { parse_job_id: input } = await complete();
    const job = await claim({}, input ?? '');
    await deleteJob(services, projectId, 'parse', input ?? '');
    expect(await run(job)).toMatchObject({ finished: { status: 'FAILED', errorCode: 'FILE_NOT_FOUND' } });
  });
});

describe('what fails', () => {
  test("in parsing fails the job with the parse's code, and leaves no parse", async () => {
    parse.follow(() => ({ kind: 'failure', code: 'PDF_IS_PROTECTED', message: 'It wants a password.' }));
    const job = await complete();
    expect(job).toMatchObject({
      status: 'FAILED',
      error_message: 'PDF_IS_PROTECTED: It wants a password.',
      parse_job_id: null,
    });
    expect(await parseRows()).toEqual([]);
  });

  test('in extracting keeps the parse for the next job', async () => {
    extract.follow(() => ({ kind: 'failure', code: 'TIMEOUT', message: 'It took too long.' }));
    const failed = await complete();
    expect(failed).toMatchObject({ status: 'FAILED', error_code: 'TIMEOUT', result: null });
    expect((await parseRows()).map((row) => row.id)).toEqual([failed.parse_job_id]);
    extract.follow((request) => succeedExtracting(request));
    expect(await complete()).toMatchObject({ status: 'COMPLETED', parse_job_id: failed.parse_job_id });
    expect(parse.begun).toHaveLength(1);
  });

  test('by a fault of our own is thrown, and the parse is left to the janitor', async () => {
    extract.follow(() => {
      throw new Error('no children can be started');
    });
    const job = await claim();
    await expect(run(job)).rejects.toThrow('no children can be started');
    const marked = await services.db.selectFrom('blob_garbage').select('key').execute();
    expect(marked).toHaveLength(1);
    expect(await readdir(services.blobs.temporaryDirectory)).toEqual([]);
  });
});

describe('an attempt that is stopped', () => {
  test('hands its parse on, and the next one extracts from it, also without a cache', async () => {
    extract.follow(() => ({ kind: 'cancelled' }));
    const job = await claim({ disable_cache: true });
    const ending = await run(job);
    expect(ending).toMatchObject({ returned: true, parse: { fileId: file } });
    await commitAndClean(services, 'extract', [ending]);
    const [made] = await parseRows();
    expect(await rowOf(services, job.id)).toMatchObject({ status: 'PENDING', parse_job_id: made?.id });

    extract.follow((request) => succeedExtracting(request));
    await commitAndClean(services, 'extract', [await run(await claimAgain(services, job.id))]);
    expect(await rowOf(services, job.id)).toMatchObject({ status: 'COMPLETED', parse_job_id: made?.id });
    expect(parse.begun).toHaveLength(1);
  });

  test('and has lost its ticket leaves neither result nor parse', async () => {
    const job = await claim();
    const late = await run(job);
    await commitAndClean(services, 'extract', [{ job, returned: true }]);
    const again = await claimAgain(services, job.id);
    await commitAndClean(services, 'extract', [late]);
    expect(await parseRows()).toEqual([]);
    expect(await rowOf(services, job.id)).toMatchObject({
      status: 'RUNNING',
      result: null,
      parse_job_id: null,
    });
    await commitAndClean(services, 'extract', [await run(again)]);
    expect(await rowOf(services, job.id)).toMatchObject({ status: 'COMPLETED' });
    expect(await parseRows()).toHaveLength(1);
  });
});

test('a commit that is repeated because its answer was lost changes nothing', async () => {
  const job = await claim();
  const ending = await run(job);
  for (let times = 0; times < 2; times += 1)
    expect(await commitEndings(services, 'extract', [ending])).toEqual(new Set());
  const row = await rowOf(services, job.id);
  const [made] = await parseRows();
  expect(row).toMatchObject({ status: 'COMPLETED', parse_job_id: made?.id });
  for (const stored of [row, made]) expect(await exists(stored?.result?.key ?? '')).toBe(true);
});

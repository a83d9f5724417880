import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, claim, ticketsIn } from '../../test/support/batch-scenes.ts';
import { addStoredFile, createRequest, fastParse } from '../../test/support/parse-job-scenes.ts';
import { createScriptedEngine } from '../../test/support/scripted-engine.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newUuid } from '../model/ids.ts';
import { LATEST_PARSE_VERSION } from '../model/parse-versions.ts';
import { runParseJob } from '../worker/parse-job.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import { createParseJob, createUploadedParseJob, type NewParseJob } from './create-parse-job.ts';
import { getParseJob } from './parse-jobs.ts';
import { commitEndings } from './run-jobs.ts';
import type { CreateRequest } from './twins.ts';
import { storeUpload } from './uploads.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const requestOf = (retryCount = 0, secondsAgo = 0): CreateRequest =>
  createRequest(projectId, retryCount, secondsAgo);
const addFile = (name?: string): Promise<string> => addStoredFile(services, projectId, name);
const createOf = (fileId: string, wish = fastParse(), request = requestOf()) =>
  createParseJob(services, request, { fileId }, wish);
const upload = (name = 'up.pdf') => storeUpload(services, Readable.from([Buffer.from(name)]), name);
const jobCount = async (): Promise<number> =>
  (await services.db.selectFrom('jobs').select('id').execute()).length;
const fileCount = async (): Promise<number> =>
  (await services.db.selectFrom('files').select('id').execute()).length;

describe('a job over a file', () => {
  test('waits with all that it will run with, and has its ticket', async () => {
    const fileId = await addFile();
    const { job, waitingReason } = await createOf(
      fileId,
      fastParse({ page_ranges: { max_pages: 2 } }, { userMetadata: { team: 'a' } }),
    );
    expect(job).toMatchObject({
      status: 'PENDING',
      name: 'report.pdf',
      file_id: fileId,
      source_url: null,
      batch_id: null,
      user_metadata: { team: 'a' },
      parameters: {
        tier: 'fast',
        version: LATEST_PARSE_VERSION.fast,
        page_ranges: { max_pages: 2 },
      },
    });
    expect(waitingReason).toMatch(/worker/);
    expect((await ticketsIn(services.db, 'parse')).map((ticket) => ticket.id)).toEqual([job.id.slice(4)]);
    const [claimed] = await claim(services, 5);
    expect(claimed).toMatchObject({ id: job.id, name: 'report.pdf', parameters: { tier: 'fast' } });
  });

  test('counts against the limit of its project', async () => {
    const one = withLimits(services, { maxRunningJobsPerProject: 1 });
    await createParseJob(one, requestOf(), { fileId: await addFile('a') }, fastParse());
    const second = await createParseJob(one, requestOf(), { fileId: await addFile('b') }, fastParse());
    expect(second.waitingReason).toContain('SHEAF_MAX_RUNNING_JOBS_PER_PROJECT');
    expect(await ticketsIn(services.db, 'parse')).toHaveLength(1);
  });

  test.each<[string, () => Promise<string>]>([
    ['unknown', async () => newUuid()],
    ['no id at all', async () => 'nonsense'],
    [
      'deleted',
      async () => {
        const id = await addFile();
        await sql`update files set deleted_at = now() where id = ${id}`.execute(services.db);
        return id;
      },
    ],
    [
      'expired',
      async () => {
        const id = await addFile();
        await sql`update files set expires_at = now() where id = ${id}`.execute(services.db);
        return id;
      },
    ],
    [
      "another project's",
      async () => {
        const id = await addFile();
        projectId = await addProject(services.db);
        return id;
      },
    ],
  ])('that is %s is not found, and nothing is left of the wish', async (_, fileOf) => {
    await expect(createOf(await fileOf())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'File not found',
    });
    expect(await jobCount()).toBe(0);
  });
});

describe('a create that is sent again', () => {
  test('gives the job of its first try', async () => {
    const fileId = await addFile();
    const first = await createOf(fileId);
    const second = await createOf(fileId, fastParse(), requestOf(1));
    expect(second.job.id).toBe(first.job.id);
    expect(await jobCount()).toBe(1);
  });

  test('is one that asks for the same: another option, file or key makes another job', async () => {
    const fileId = await addFile();
    const first = await createOf(fileId);
    const others = [
      await createOf(fileId, fastParse({ page_ranges: { max_pages: 1 } }), requestOf(1)),
      await createOf(await addFile(), fastParse(), requestOf(1)),
      await createOf(fileId, fastParse(), { ...requestOf(1), principal: { keyId: 'key-other', projectId } }),
      await createOf(fileId, fastParse({}, { userMetadata: { a: 'b' } }), requestOf(1)),
    ];
    const all = [first, ...others].map(({ job }) => job.id);
    expect(new Set(all).size).toBe(5);
  });

  test('also when the retry overtook it, while two wishes for the same are two jobs', async () => {
    const fileId = await addFile();
    const retried = await createOf(fileId, fastParse(), requestOf(1));
    const late = await createOf(fileId, fastParse(), requestOf(0, 30));
    expect(late.job.id).toBe(retried.job.id);
    const first = await createOf(await addFile('x'));
    const wished = await createOf(first.job.file_id ?? '');
    expect(wished.job.id).not.toBe(first.job.id);
  });

  test('at the same time makes one job', async () => {
    const fileId = await addFile();
    const views = await Promise.all(
      [1, 2, 3, 4].map((retry) => createOf(fileId, fastParse(), requestOf(retry))),
    );
    expect(new Set(views.map((view) => view.job.id)).size).toBe(1);
  });

  test('with its bytes keeps those of the first try only', async () => {
    const [one, two] = [await upload(), await upload()];
    const first = await createUploadedParseJob(services, requestOf(), one, () => fastParse());
    const second = await createUploadedParseJob(services, requestOf(1), two, () => fastParse());
    expect(second.job.id).toBe(first.job.id);
    expect(await fileCount()).toBe(1);
    await expect(services.blobs.localFile(two.blobKey)).rejects.toBeInstanceOf(BlobNotFoundError);
    await (await services.blobs.localFile(one.blobKey)).release();
  });
});

describe('a job over an upload', () => {
  test('makes it a file of the project that is kept for a while', async () => {
    const short = withLimits(services, { uploadLifetimeHours: 2 });
    const { job } = await createUploadedParseJob(short, requestOf(), await upload('Größe.PDF'), () =>
      fastParse(),
    );
    const file = await services.db.selectFrom('files').selectAll().executeTakeFirstOrThrow();
    expect(job).toMatchObject({ name: 'Größe.PDF', file_id: file.id });
    expect(file).toMatchObject({
      name: 'Größe.PDF',
      file_type: 'pdf',
      purpose: 'parse',
      project_id: projectId,
    });
    const lifetime = (file.expires_at?.getTime() ?? 0) - file.created_at.getTime();
    expect(lifetime / 3_600_000).toBeCloseTo(2, 3);
  });

  test.each<[string, () => NewParseJob]>([
    [
      'a wish that cannot be read',
      () => {
        throw new Error('unreadable');
      },
    ],
    ['a wish that is refused', () => fastParse({ tier: 'golden' })],
  ])('%s leaves no bytes behind', async (_, readWish) => {
    const stored = await upload();
    await expect(createUploadedParseJob(services, requestOf(), stored, readWish)).rejects.toThrow();
    await expect(services.blobs.localFile(stored.blobKey)).rejects.toBeInstanceOf(BlobNotFoundError);
    expect([await jobCount(), await fileCount()]).toEqual([0, 0]);
  });
});

test('an upload keeps its bytes when only the answer fails, after the job was made', async () => {
  const stored = await upload();
  let isMade = false;
  const failing: Services = {
    ...services,
    hints: { ...services.hints, send: () => (isMade = true) },
    get db() {
      if (isMade) throw new Error('after the job was made');
      return services.db;
    },
  };
  await expect(createUploadedParseJob(failing, requestOf(), stored, () => fastParse())).rejects.toThrow(
    'after the job was made',
  );
  expect([await jobCount(), await fileCount()]).toEqual([1, 1]);
  await (await services.blobs.localFile(stored.blobKey)).release();
});

describe('a job over an address', () => {
  const over = (url: string, proxy: string | null = null) =>
    createParseJob(services, requestOf(), { url, proxy }, fastParse());

  test('is called like the last step of the path, and has no file', async () => {
    const { job } = await over('https://example.com/files/annual%20report.pdf?token=1');
    expect(job).toMatchObject({
      name: 'annual report.pdf',
      file_id: null,
      source_url: 'https://example.com/files/annual%20report.pdf?token=1',
    });
  });

  test.each<[string, string, string | null, string]>([
    ['an address inside', 'http://10.0.0.8/x.pdf', null, 'source_url'],
    ['a proxy inside', 'https://example.com/x.pdf', 'http://192.168.1.1:3128', 'http_proxy'],
  ])('%s is refused when it is asked for', async (_, url, proxy, field) => {
    await expect(over(url, proxy)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ loc: ['body', field] }],
    });
  });

  test('fetches its document when it runs, and then knows its name', async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-disposition', 'attachment; filename="of the server.pdf"');
      response.end('the bytes');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const engine = createScriptedEngine(1);
    const run = async (path: string) => {
      const { job } = await over(`http://127.0.0.1:${port}${path}`);
      const [claimed] = await claim(services, 1);
      if (!claimed) throw new Error('the job was to be claimed');
      const ending = await runParseJob({ engine, services: cached }, claimed, new AbortController().signal);
      await commitEndings(services, 'parse', [ending]);
      return (await getParseJob(services, projectId, job.id)).job;
    };
    const cached = withLimits(services, { resultCacheHours: 48 });
    const done = await run('/a');
    expect(done).toMatchObject({ status: 'COMPLETED', name: 'of the server.pdf', cached_from: null });
    expect(engine.begun).toEqual(['of the server.pdf']);
    // The same bytes from elsewhere need not be parsed again.
    expect(await run('/b')).toMatchObject({ status: 'COMPLETED', cached_from: done.id });
    await new Promise((resolve) => server.close(resolve));
    expect(await run('/c')).toMatchObject({ status: 'FAILED', error_code: 'SOURCE_URL_FAILED' });
  }, 20_000);
});

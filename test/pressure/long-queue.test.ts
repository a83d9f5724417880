import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitEndings } from '../../src/services/run-jobs.ts';
import { addProject, addRunningBatch, claim, ending } from '../support/batch-scenes.ts';
import { exampleDocument } from '../support/example-documents.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { urlOfTestDatabase } from '../support/test-database.ts';
import { openTestServices, withLimits, type TestServices } from '../support/test-services.ts';

/** A project with more waiting jobs than anybody looks at: whoever asks meanwhile gets right answers. */

const WAITING = 20_000;
const RUNNING = 32;
/** Rounds of requests beside workers that go through the queue. */
const ROUNDS = 12;

let bench: TestServices;
let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  dataDir = await makeDataDir();
  server = await startServer(dataDir, {
    SHEAF_DATABASE_URL: urlOfTestDatabase(bench.database),
    SHEAF_ROLE: 'api',
  });
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 });
  const [project] = await client.projects.list();
  if (!project) throw new Error('a server has a project');
  projectId = project.id;
});
afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
  await bench[Symbol.asyncDispose]();
});

async function get(path: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${server.apiKey}` };
  const answer = await fetch(`${server.url}${path}`, { headers });
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

test('upload, create, list, progress and cancel beside 20,000 waiting jobs that workers go through', async () => {
  const services = withLimits(bench.services, {
    maxBatchFiles: WAITING + RUNNING,
    maxRunningJobsPerProject: RUNNING,
  });
  const long = await addRunningBatch(services, projectId, WAITING + RUNNING);
  const before = await get(`/api/v2/batches/${long.id}`);
  expect(before['progress']).toMatchObject({ total: WAITING + RUNNING, completed: 0 });

  // Workers whose jobs do nothing, as fast as the database lets them.
  let done = 0;
  let stopping = false;
  const working = (async () => {
    while (!stopping) {
      const jobs = await claim(services, 16);
      await commitEndings(
        services,
        'parse',
        jobs.map((job) => ending(job)),
      );
      done += jobs.length;
    }
  })();
  const bytes = await exampleDocument('letter.pdf');
  for (let round = 0; round < ROUNDS; round += 1) {
    const [file, directory, batches, jobs, progress] = await Promise.all([
      client.files.create({ file: new File([bytes], `${round}.pdf`), purpose: 'parse' }),
      client.beta.directories.create({ name: `short-${round}` }),
      client.batches.list({ page_size: 50 }),
      client.parsing.list({ page_size: 100 }),
      get(`/api/v2/batches/${long.id}`),
    ]);
    await client.beta.directories.files.add(directory.id, { file_id: file.id });
    const created = await client.batches.create({
      source_directory_id: directory.id,
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
    });
    expect(created.status).toBe('PENDING');
    expect(batches.items.map(({ id }) => id)).toContain(long.id);
    expect(jobs.items).toHaveLength(100);
    expect((progress['progress'] as { completed: number }).completed).toBeLessThanOrEqual(done + 16);
  }
  stopping = true;
  await working;
  expect(done).toBeGreaterThan(0);
  await waitUntil(
    async () =>
      ((await get(`/api/v2/batches/${long.id}`))['progress'] as { completed: number }).completed === done,
    30_000,
    'the progress to be exact',
  );

  await client.batches.cancel(long.id);
  expect(await get(`/api/v2/batches/${long.id}`)).toMatchObject({
    status: 'CANCELLED',
    progress: { total: WAITING + RUNNING, completed: done, cancelled: WAITING + RUNNING - done },
  });
  // Another project was never in its way.
  const other = await addProject(services.db);
  await addRunningBatch(services, other, 1);
  const next = await claim(services, RUNNING);
  expect(next.filter((job) => job.project_id === other)).toHaveLength(1);
}, 240_000);

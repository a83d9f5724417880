import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { addStoredFile, createRequest, fastParse } from '../../test/support/parse-job-scenes.ts';
import { createRunnerBench } from '../../test/support/runner-bench.ts';
import { createScriptedEngine } from '../../test/support/scripted-engine.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Services } from '../services/context.ts';
import { createParseJob, type JobSource } from '../services/create-parse-job.ts';

let bench: TestServices;
let services: Services;
let projectId: string;
/** A server that answers when the test wants it to. */
let server: Server;
let asked: ServerResponse[];

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  ({ services } = bench);
  server = createServer((_, response) => asked.push(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  asked = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bench[Symbol.asyncDispose]();
});

async function addJob(source: JobSource): Promise<string> {
  const { job } = await createParseJob(services, createRequest(projectId), source, fastParse());
  return job.id;
}
const addressed = (path: string): JobSource => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`,
  proxy: null,
});
const SOON = { timeout: 10_000 };

test('documents that are fetched do not keep others from being parsed, and then take their turn', async () => {
  const engine = createScriptedEngine(1);
  const { runner, committed } = createRunnerBench(services, engine);
  const slow = [await addJob(addressed('a.pdf')), await addJob(addressed('b.pdf'))];
  runner.start();
  await expect.poll(() => asked.length, SOON).toBe(2);
  const quick = await addJob({ fileId: await addStoredFile(services, projectId, 'quick.pdf') });
  runner.wake();
  await expect.poll(() => committed.map((ending) => ending.job.id), SOON).toEqual([quick]);

  for (const response of asked) response.end('bytes');
  await expect.poll(() => committed.length, SOON).toBe(3);
  expect(committed.map((ending) => ending.job.id).toSorted()).toEqual([quick, ...slow].toSorted());
  for (const ending of committed) expect(ending).toMatchObject({ finished: { status: 'COMPLETED' } });
  await runner.stop(0);
});

test('a worker that stops gives back what it is fetching', async () => {
  const { runner, committed } = createRunnerBench(services, createScriptedEngine(1));
  const id = await addJob(addressed('never.pdf'));
  runner.start();
  await expect.poll(() => asked.length, SOON).toBe(1);
  await runner.stop(0);
  expect(committed).toMatchObject([{ job: { id }, returned: true }]);
  const row = await services.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  expect(row).toMatchObject({ status: 'PENDING', holds_slot: true });
});

import { spawnSync } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject, addRunningBatch } from '../../test/support/batch-scenes.ts';
import { cleanUp, counts, walkNow } from '../../test/support/retention-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { addDeliveries } from '../../test/support/webhook-scenes.ts';
import { newUuid } from '../model/ids.ts';
import { PID_PLACE } from '../store/process-place.ts';
import { registerWorker } from '../store/workers.ts';
import type { Services } from './context.ts';
import { claimJobs } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = bench.services;
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

test('what dead processes left behind goes: temporary directories, and workers that nobody has seen for a day', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = join(dirname(services.blobs.temporaryDirectory), `${pid}.1.${PID_PLACE}.${newUuid()}`);
  await mkdir(join(left, 'engine'), { recursive: true });
  const workers = { lost: newUuid(), busy: newUuid(), alive: newUuid() };
  for (const id of Object.values(workers)) {
    await registerWorker(services.db, {
      id,
      host: 'elsewhere',
      pid: 1,
      pidPlace: PID_PLACE,
      pidStarted: '1',
    });
  }
  await sql`
    update workers set seen_at = now() - interval '25 hours'
    where id in (${workers.lost}, ${workers.busy})`.execute(services.db);
  await addRunningBatch(services, projectId, 1);
  await claimJobs(services, workers.busy, 'parse', 1);

  expect(counts(await cleanUp(services))).toEqual({ temporaryDirectories: 1, forgottenWorkers: 1 });
  await expect(access(left)).rejects.toThrow('ENOENT');
  await access(services.blobs.temporaryDirectory);
  const rows = await services.db.selectFrom('workers').select('id').execute();
  expect(rows.map((row) => row.id).toSorted()).toEqual([workers.busy, workers.alive].toSorted());
});

test('webhook deliveries that ended long ago go; those that wait or ended lately stay', async () => {
  const add = async (state: string, days: number): Promise<string> => {
    const id = newUuid();
    await sql`
      insert into webhook_deliveries (id, event_id, event_type, project_id, host, payload, state, ended_at, created_at)
      values (${id}, ${id}, 'batch.success', ${projectId}, 'example.org', '{}', ${state},
        case when ${state} <> 'pending' then now() - ${days}::int * interval '1 day' end,
        now() - ${days}::int * interval '1 day')`.execute(services.db);
    return id;
  };
  for (let n = 0; n < 5; n++) await add('delivered', 31);
  await add('dead', 91);
  const stay = [await add('delivered', 29), await add('dead', 31), await add('pending', 100)];
  expect(counts(await cleanUp(services, { chunk: 2 }))).toEqual({ deletedDeliveries: 6 });
  const rows = await services.db.selectFrom('webhook_deliveries').select('id').execute();
  expect(rows.map((row) => row.id).toSorted()).toEqual(stay.toSorted());
});

test('subscriptions that can tell nobody any more go, in walks with rests between them', async () => {
  const add = (deliveries: number) =>
    addDeliveries(services, projectId, { url: 'https://example.org/' }, deliveries);
  const left = async (): Promise<number> =>
    (await services.db.selectFrom('webhook_subscriptions').select('id').execute()).length;
  // Those that stay come first, so that a walk that began anew each time would never pass them.
  for (const deliveries of [1, 2, 1, 0, 0, 0, 0]) await add(deliveries);
  const step = { chunk: 2, walk: 2 };
  expect(counts(await cleanUp(services, step))).toEqual({});
  expect(counts(await cleanUp(services, step))).toEqual({ removedRows: 1 });
  expect(counts(await cleanUp(services, { chunk: 2 }))).toEqual({ removedRows: 3 });
  expect(await left()).toBe(3);
  await add(0);
  expect(counts(await cleanUp(services))).toEqual({});
  await walkNow(services);
  expect(counts(await cleanUp(services))).toEqual({ removedRows: 1 });
  expect(await left()).toBe(3);
});

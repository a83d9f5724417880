import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readQueueFigures } from './queue-figures.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Jobs of one project: so many that wait for a slot, are queued, and run. */
async function addJobs(projectId: string, { waiting, queued, running }: Record<string, number>) {
  await sql`
    insert into jobs (id, kind, project_id, file_id, name, parameters, status, holds_slot, created_at)
    select 'pjb-' || gen_random_uuid(), 'parse', ${projectId}, gen_random_uuid(), 'n', '{}',
      case when n > ${waiting}::int + ${queued}::int then 'RUNNING' else 'PENDING' end, n > ${waiting}::int,
      now() - interval '100 seconds'
    from generate_series(1, ${waiting}::int + ${queued}::int + ${running}::int) as n`.execute(database.db);
}

test('what there is to do is counted by project, and small projects beyond the fiftieth together', async () => {
  expect(await readQueueFigures(database.db)).toMatchObject({
    jobs: [],
    webhooks: { pending: 0, overdueSeconds: 0 },
  });
  const large = await addProject(database.db);
  await addJobs(large, { waiting: 5, queued: 2, running: 1 });
  for (let count = 0; count < 51; count++) {
    await addJobs(await addProject(database.db), { waiting: 1, queued: 0, running: 0 });
  }
  const { jobs, batches } = await readQueueFigures(database.db);
  expect(jobs).toHaveLength(51);
  expect(jobs.find(({ project }) => project === large)).toMatchObject({
    kind: 'parse',
    waiting: 5,
    queued: 2,
    running: 1,
  });
  expect(jobs.find(({ project }) => project === 'other')).toMatchObject({ waiting: 2, queued: 0 });
  for (const { oldestSeconds } of jobs) expect(oldestSeconds).toBeGreaterThanOrEqual(100);
  expect(batches).toEqual([
    { status: 'PENDING', count: 0 },
    { status: 'THROTTLED', count: 0 },
    { status: 'RUNNING', count: 0 },
  ]);
});

import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, ticketsIn } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId, newUuid, uuidOf } from '../model/ids.ts';
import type { JobKind } from '../model/job-states.ts';
import type { Database } from '../store/database.ts';
import { inTransaction } from '../store/transaction.ts';
import { admitJobs, findProjectsToAdmit, lockProjects } from './admission.ts';
import type { JobQueue } from './port.ts';

let bench: TestServices;
let db: Database;
let queue: JobQueue;

beforeAll(async () => {
  bench = await openTestServices();
  ({ db, queue } = bench.services);
});
beforeEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

/** Each job is a millisecond younger than the one before it, whatever the database's clock says. */
let clock = Date.UTC(2026, 0, 1);

/** Jobs that wait, oldest first. @returns their ids */
async function addWaitingJobs(projectId: string, count: number, kind: JobKind = 'parse'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId(kind === 'parse' ? 'parseJob' : 'extractJob'));
  await db
    .insertInto('jobs')
    .values(
      ids.map((id) => ({
        id,
        kind,
        project_id: projectId,
        batch_id: null,
        batch_position: null,
        file_id: newUuid(),
        file_input: kind === 'extract' ? newUuid() : null,
        name: 'x.pdf',
        configuration_id: null,
        parameters: '{}',
        status: 'PENDING' as const,
        worker_id: null,
        error_code: null,
        error_message: null,
        result: null,
        summary: null,
        pages: null,
        user_metadata: null,
        created_at: new Date((clock += 1)),
      })),
    )
    .execute();
  return ids;
}

const admit = (projectId: string, limit: number): Promise<number> =>
  inTransaction(db, async (tx) => {
    await lockProjects(tx, [projectId]);
    return admitJobs(tx, queue, [projectId], limit);
  });

async function holders(projectId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .select('id')
    .where('project_id', '=', projectId)
    .where('holds_slot', '=', true)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/** How many transactions wait for one that holds a row. */
async function waitingForRows(): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** Ends the oldest job that holds a slot and admits the next, as a commit does. */
const endOneAndAdmit = (projectId: string, limit: number): Promise<void> =>
  inTransaction(db, async (tx) => {
    await lockProjects(tx, [projectId]);
    await sql`
      update jobs set status = 'COMPLETED', holds_slot = false, finished_at = now()
      where id = (select id from jobs where project_id = ${projectId} and holds_slot order by id limit 1)`.execute(
      tx,
    );
    await admitJobs(tx, queue, [projectId], limit);
  });

describe('admission', () => {
  test('admits the oldest jobs up to the limit and gives each a ticket', async () => {
    const projectId = await addProject(db);
    const ids = await addWaitingJobs(projectId, 7);
    expect(await admit(projectId, 4)).toBe(4);
    expect(await holders(projectId)).toEqual(ids.slice(0, 4));
    const tickets = await ticketsIn(db, 'parse');
    expect(tickets.map((ticket) => ticket.id)).toEqual(ids.slice(0, 4).map(uuidOf));
    expect(await admit(projectId, 4)).toBe(0);
  });

  test('admits one for one as jobs end, until none waits', async () => {
    const projectId = await addProject(db);
    const ids = await addWaitingJobs(projectId, 5);
    await admit(projectId, 2);
    await endOneAndAdmit(projectId, 2);
    expect(await holders(projectId)).toEqual(ids.slice(1, 3));
    for (let i = 0; i < 4; i++) await endOneAndAdmit(projectId, 2);
    expect(await holders(projectId)).toEqual([]);
  });

  test("goes by the project's own limit where it has one", async () => {
    const projectId = await addProject(db, { max_running_jobs: 3 });
    await addWaitingJobs(projectId, 9);
    expect(await admit(projectId, 100)).toBe(3);
  });

  test('admits none while more run than the limit, which may have been lowered, allows', async () => {
    const projectId = await addProject(db);
    await addWaitingJobs(projectId, 9);
    await admit(projectId, 6);
    expect(await admit(projectId, 2)).toBe(0);
    expect(await holders(projectId)).toHaveLength(6);
  });

  test('counts jobs of both kinds together, and puts each into the queue of its kind', async () => {
    const projectId = await addProject(db);
    const parse = await addWaitingJobs(projectId, 2, 'parse');
    const extract = await addWaitingJobs(projectId, 2, 'extract');
    expect(await admit(projectId, 3)).toBe(3);
    expect((await ticketsIn(db, 'parse')).map((ticket) => ticket.id)).toEqual(parse.map(uuidOf));
    expect((await ticketsIn(db, 'extract')).map((ticket) => ticket.id)).toEqual([uuidOf(extract[0] ?? '')]);
  });

  test('leaves the jobs of other projects alone', async () => {
    const [mine, other] = [await addProject(db), await addProject(db)];
    await addWaitingJobs(other, 3);
    expect(await admit(mine, 10)).toBe(0);
    expect(await holders(other)).toEqual([]);
  });
});

test('transactions that end jobs at the same time do not count on each other: each frees a place', async () => {
  const projectId = await addProject(db);
  const ids = await addWaitingJobs(projectId, 6);
  await admit(projectId, 2);
  const end = (id: string, before: () => Promise<unknown>): Promise<void> =>
    inTransaction(db, async (tx) => {
      await lockProjects(tx, [projectId]);
      await sql`update jobs set status = 'COMPLETED', holds_slot = false, finished_at = now() where id = ${id}`.execute(
        tx,
      );
      await admitJobs(tx, queue, [projectId], 2);
      await before();
    });
  let second: Promise<void> | undefined;
  await end(ids[0] ?? '', async () => {
    second = end(ids[1] ?? '', () => Promise.resolve());
    await expect.poll(waitingForRows).toBe(1);
  });
  await second;
  expect(await holders(projectId)).toEqual(ids.slice(2, 4));
});

test('never exceeds the limit, and never falls short of it, however many transactions admit and end jobs at once', async () => {
  const limit = 4;
  const projectId = await addProject(db);
  await addWaitingJobs(projectId, 60);
  let highest = 0;
  const watch = async (): Promise<void> => {
    highest = Math.max(highest, (await holders(projectId)).length);
  };
  await Promise.all(Array.from({ length: 10 }, () => admit(projectId, limit)));
  expect(await holders(projectId)).toHaveLength(limit);
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      await (index % 2 === 0 ? endOneAndAdmit(projectId, limit) : admit(projectId, limit));
      await watch();
    }),
  );
  expect(highest).toBe(limit);
  expect(await holders(projectId)).toHaveLength(limit);
});

test('projects take turns in the queue, however many jobs the first one has', async () => {
  const [first, second] = [await addProject(db), await addProject(db)];
  const many = await addWaitingJobs(first, 8);
  await admit(first, 8);
  const few = await addWaitingJobs(second, 3);
  await admit(second, 8);

  const order: string[] = [];
  for (let i = 0; i < 11; i++) {
    const [ticket] = await inTransaction(db, (tx) => queue.claim(tx, 'parse', 1));
    order.push(ticket?.id ?? '');
  }
  const turns = many.flatMap((id, index) => [id, few[index] ?? []].flat());
  expect(order).toEqual(turns.map(uuidOf));
});

test('finds the projects that have both room and jobs that wait', async () => {
  const [idle, full, due, own] = [
    await addProject(db),
    await addProject(db),
    await addProject(db),
    await addProject(db, { max_running_jobs: 1 }),
  ];
  for (const projectId of [full, own]) await addWaitingJobs(projectId, 3);
  await admit(full, 2);
  await admit(own, 2);
  await addWaitingJobs(due, 1);
  const found = await inTransaction(db, (tx) => findProjectsToAdmit(tx, 2));
  expect(found).toEqual([due]);
  expect(found).not.toContain(idle);
});

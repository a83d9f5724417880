import { sql } from 'kysely';
import type { Transaction } from './database.ts';
import { markGarbage } from './retention.ts';

/** Jobs and batches that ended so long ago that the operator wants them gone. */

interface Age {
  readonly olderThanDays: number;
  readonly limit: number;
}

/**
 * Deletes jobs of no batch, whose results become garbage.
 * @returns how many
 */
export async function deleteOldJobs(tx: Transaction, age: Age): Promise<number> {
  // Project by project, because that is how the index of newest jobs is made; none of its own is needed.
  const old = await sql<{ id: string }>`
    select j.id from projects p
    cross join unnest(array['parse', 'extract']) as k (kind)
    cross join lateral (
      select id from jobs
      where project_id = p.id and kind = k.kind and batch_id is null
        and created_at <= now() - ${age.olderThanDays}::float8 * interval '1 day'
        and finished_at <= now() - ${age.olderThanDays}::float8 * interval '1 day'
      order by created_at, id limit ${age.limit}::int
    ) as j limit ${age.limit}::int`.execute(tx);
  const locked = await sql<{ id: string }>`
    select id from jobs where id = any(${old.rows.map((row) => row.id)}) order by id for update skip locked`.execute(
    tx,
  );
  return deleteJobs(
    tx,
    locked.rows.map((row) => row.id),
  );
}

/**
 * Deletes one batch with its jobs, as old as the batch's end: a batch's results go together. One with more than
 * `limit` jobs is only marked at first, which makes it and its jobs unknown to everybody; from then on `limit` jobs
 * go at a time, and the batch with the last of them.
 * @param age days 0: only what is marked already is finished
 * @returns whether there was one to be worked on, how many jobs went, and whether the batch did
 */
export async function deleteOldBatch(
  tx: Transaction,
  age: Age,
): Promise<{ found: boolean; jobs: number; batches: number }> {
  const id = (await findGoingBatch(tx)) ?? (age.olderThanDays > 0 ? await findOldBatch(tx, age) : undefined);
  const locked = await sql<{ id: string; isGoing: boolean }>`
    select id, going_at is not null as "isGoing" from batches
    where id = ${id ?? null} for update skip locked`.execute(tx);
  const batch = locked.rows[0];
  if (!batch) return { found: false, jobs: 0, batches: 0 };
  const jobs = await sql<{ id: string }>`
    select id from jobs where batch_id = ${batch.id} order by batch_position limit ${age.limit}::int for update`.execute(
    tx,
  );
  const isLarge = jobs.rows.length === age.limit;
  if (isLarge && !batch.isGoing) {
    await sql`update batches set going_at = now() where id = ${batch.id}`.execute(tx);
    return { found: true, jobs: 0, batches: 0 };
  }
  await deleteJobs(
    tx,
    jobs.rows.map((row) => row.id),
  );
  if (!isLarge) await sql`delete from batches where id = ${batch.id}`.execute(tx);
  return { found: true, jobs: jobs.rows.length, batches: isLarge ? 0 : 1 };
}

async function findGoingBatch(tx: Transaction): Promise<string | undefined> {
  const going = await sql<{ id: string }>`
    select id from batches where going_at is not null order by going_at limit 1`.execute(tx);
  return going.rows[0]?.id;
}

async function findOldBatch(tx: Transaction, age: Age): Promise<string | undefined> {
  const old = await sql<{ id: string }>`
    select b.id from projects p
    cross join lateral (
      select id from batches b
      where project_id = p.id
        and created_at <= now() - ${age.olderThanDays}::float8 * interval '1 day'
        and finished_at <= now() - ${age.olderThanDays}::float8 * interval '1 day'
        -- A failed batch may have jobs that are yet to stop.
        and not exists (select from jobs j where j.batch_id = b.id and j.status in ('PENDING', 'RUNNING'))
      order by created_at, id limit 1
    ) as b limit 1`.execute(tx);
  return old.rows[0]?.id;
}

/** Keeps a batch from being taken away until the transaction ends. @returns whether it is there */
export async function keepBatch(tx: Transaction, id: string): Promise<boolean> {
  const kept = await sql`select from batches where id = ${id} and going_at is null for key share`.execute(tx);
  return kept.rows.length > 0;
}

async function deleteJobs(tx: Transaction, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const deleted = await sql<{ key: string | null }>`
    delete from jobs where id = any(${ids}) returning result ->> 'key' as key`.execute(tx);
  await markGarbage(
    tx,
    deleted.rows.flatMap((row) => row.key ?? []),
  );
  return deleted.rows.length;
}

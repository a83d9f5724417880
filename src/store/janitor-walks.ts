import { sql } from 'kysely';
import type { Executor } from './database.ts';

/** How far the slow walks over everything have come, so that they go on after a restart and in any process. */

/** @returns where the walk goes on (the empty string: at the beginning), or undefined while it rests */
export async function findWalk(db: Executor, name: string): Promise<string | undefined> {
  await sql`insert into janitor_walks (name) values (${name}) on conflict do nothing`.execute(db);
  const found = await sql<{ position: string }>`
    select position from janitor_walks where name = ${name} and next_at <= now()`.execute(db);
  return found.rows[0]?.position;
}

/** Records how far the walk has come, and that it goes on at once (0) or after so many seconds. */
export async function moveWalk(
  db: Executor,
  name: string,
  to: { position: string; restSeconds: number },
): Promise<void> {
  await sql`
    update janitor_walks set position = ${to.position},
      next_at = case when ${to.restSeconds}::float8 = 0 then '-infinity'
        else now() + ${to.restSeconds}::float8 * interval '1 second' end
    where name = ${name}`.execute(db);
}

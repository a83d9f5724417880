import type { Client } from 'pg';

/**
 * Who uses the server. Each Sheaf holds a shared advisory lock on a connection of its own for as long as it runs,
 * so the server itself knows its users: when a Sheaf dies in any way, its connection and its lock are gone, with no
 * process id to mistake, across containers too. The last one to leave stops the server.
 *
 * Joining and leaving pass one at a time through a second lock, the gate: two that leave together would otherwise
 * each see the other and both leave the server running; one that joins while the last leaves waits at the gate
 * until the server is gone and its connection breaks, and then starts it again.
 */
const LOCK_CLASS = 0x53484541;
const MEMBER = 1;
const GATE = 2;

/** Registers the connection's owner as a user of the server. */
export async function join(client: Client): Promise<void> {
  await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_CLASS, GATE]);
  await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_CLASS, MEMBER]);
  await client.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_CLASS, GATE]);
}

/**
 * Signs off. Returns true when nobody else is left: then the gate stays shut until the connection ends, and the
 * caller stops the server.
 */
export async function leave(client: Client): Promise<boolean> {
  await client.query('select pg_advisory_lock($1, $2)', [LOCK_CLASS, GATE]);
  await client.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_CLASS, MEMBER]);
  const { rows } = await client.query<{ alone: boolean }>(
    `select not exists (
       select from pg_locks
       where locktype = 'advisory' and objsubid = 2 and granted
         and database = (select oid from pg_database where datname = current_database())
         and classid = $1::int4::oid and objid = $2::int4::oid) as alone`,
    [LOCK_CLASS, MEMBER],
  );
  return rows[0]?.alone === true;
}

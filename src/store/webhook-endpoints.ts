import { sql, type RawBuilder } from 'kysely';
import type { Transaction } from './database.ts';

/** How endpoints fare: those that fail are called one at a time, and rest between calls. */

/** So many failures in a row make an endpoint a failing one. */
export const FAILING = 3;
/**
 * The longest rest between two calls of a failing endpoint, in seconds: with calls of half a minute that nobody
 * answers, it takes up a third of one slot.
 */
const MAX_REST_SECONDS = 60;

/** What a call has shown of an endpoint. */
interface Shown {
  readonly projectId: string;
  readonly host: string;
  /** Null: it worked. */
  readonly error: string | null;
}

const endpointOf = ({ projectId, host }: Shown): string => `${projectId} ${host}`;

/** Counts failures in a row, endpoint by endpoint; a success begins anew, and ends the rest. */
export async function countFailures(tx: Transaction, results: readonly Shown[]): Promise<void> {
  const latest = new Map(results.map((result) => [endpointOf(result), result]));
  const failed = [...latest.values()].filter((result) => result.error !== null);
  const worked = [...latest.values()].filter((result) => result.error === null);
  const failures = failed.map(
    (endpoint) =>
      results.filter((result) => endpointOf(result) === endpointOf(endpoint) && result.error !== null).length,
  );
  if (failed.length > 0) {
    await sql`
      insert into webhook_endpoints as e (project_id, host, failures, rest_until)
      select project_id, host, n, ${restAfter(sql`n`)} from unnest(
        ${failed.map((result) => result.projectId)}::uuid[], ${failed.map((result) => result.host)}::text[],
        ${failures}::int[]
      ) as f (project_id, host, n)
      order by project_id, host
      on conflict (project_id, host) do update set failures = e.failures + excluded.failures,
        rest_until = ${restAfter(sql`e.failures + excluded.failures`)}`.execute(tx);
  }
  if (worked.length > 0) {
    await sql`
      delete from webhook_endpoints where (project_id, host) in (
        select e.project_id, e.host from webhook_endpoints e
        join unnest(
          ${worked.map((result) => result.projectId)}::uuid[], ${worked.map((result) => result.host)}::text[]
        ) as w (project_id, host) on w.project_id = e.project_id and w.host = e.host
        order by e.project_id, e.host for update of e
      )`.execute(tx);
  }
}

/** One second after the failure that makes it a failing one, twice as long after each more. */
function restAfter(failures: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`clock_timestamp() + case when ${failures} < ${FAILING}::int then 0
    else least(power(2, least(${failures}, 20) - ${FAILING}::int), ${MAX_REST_SECONDS}::int) end * interval '1 second'`;
}

/** Somebody knows that the endpoint works again. */
export async function wakeEndpoint(tx: Transaction, projectId: string, host: string): Promise<void> {
  await sql`
    update webhook_endpoints set rest_until = now() where project_id = ${projectId} and host = ${host}`.execute(
    tx,
  );
}

/** Forgets endpoints that nobody has called for so long. */
export async function forgetEndpoints(tx: Transaction, olderThanDays: number): Promise<void> {
  await sql`
    delete from webhook_endpoints
    where rest_until < now() - ${olderThanDays}::int * interval '1 day'`.execute(tx);
}

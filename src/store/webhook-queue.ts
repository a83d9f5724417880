import { sql } from 'kysely';
import type { Database, Executor, Transaction } from './database.ts';
import { FAILING } from './webhook-endpoints.ts';

/*
 * The way of deliveries into the queue and out of it. Every transaction locks deliveries in the order of their ids,
 * then tickets, then endpoints.
 */

/** Deliveries to one endpoint (a host of one project) that may be in the queue or under way at the same time. */
const PER_ENDPOINT = 4;
/** The same while the endpoint's last attempts have all failed. */
const PER_FAILING_ENDPOINT = 1;

/** Makes those wait for each other who admit deliveries, so that the bounds are exact. Other locks have one number. */
const ADMISSION_LOCK = sql`1399349601, 2`;

const waits = sql`state = 'pending' and not queued`;

/** Whether any delivery's time has come. */
export async function hasDueDeliveries(db: Database): Promise<boolean> {
  const found = await sql`
    select 1 from webhook_deliveries where ${waits} and next_at <= now() limit 1`.execute(db);
  return found.rows.length > 0;
}

/**
 * Picks the next deliveries for the queue, endpoint by endpoint, as many of each as may be under way. So the queue
 * never holds more than a handful for one endpoint: one that does not answer keeps a slot or two busy, however much
 * waits for it, and holds up nobody else.
 * @returns those picked; the caller gives them tickets
 */
export async function admitDue(tx: Transaction): Promise<{ id: string; tries: number }[]> {
  await sql`select pg_advisory_xact_lock(${ADMISSION_LOCK})`.execute(tx);
  // The recursion hops from endpoint to endpoint in the index: a backlog of a million costs what one of ten does.
  const admitted = await sql<{ id: string; tries: number }>`
    with recursive endpoint as (
      (select project_id, host from webhook_deliveries where ${waits} order by project_id, host limit 1)
      union all
      select n.project_id, n.host from endpoint e cross join lateral (
        select project_id, host from webhook_deliveries d
        where ${waits} and (d.project_id, d.host) > (e.project_id, e.host) order by project_id, host limit 1
      ) as n
    ), room as (
      select e.project_id, e.host,
        case when w.rest_until > now() then 0
          when w.failures >= ${FAILING}::int then ${PER_FAILING_ENDPOINT}::int
          else ${PER_ENDPOINT}::int end
        - (select count(*) from webhook_deliveries q
            where q.queued and q.project_id = e.project_id and q.host = e.host) as free
      from endpoint e left join webhook_endpoints w on w.project_id = e.project_id and w.host = e.host
    ), next as (
      select d.id from room r cross join lateral (
        select id from webhook_deliveries
        where ${waits} and project_id = r.project_id and host = r.host and next_at <= now()
        order by next_at, id limit greatest(r.free, 0)
      ) as d
    ), locked as (
      select id from webhook_deliveries where id in (select id from next) and ${waits}
      order by id for no key update skip locked
    )
    update webhook_deliveries d set queued = true, queued_at = now() from locked l where d.id = l.id
    returning d.id, d.tries`.execute(tx);
  return admitted.rows;
}

/** Picked deliveries that nobody has been heard of for so long: their tickets may be gone. */
export async function findStaleQueued(tx: Transaction, staleSeconds: number): Promise<string[]> {
  const stale = await sql<{ id: string }>`
    select id from webhook_deliveries
    where queued and queued_at < now() - ${staleSeconds}::int * interval '1 second'`.execute(tx);
  return stale.rows.map((row) => row.id);
}

/** A delivery with everything that sending it takes; of a saved configuration, as it is now. */
export interface DueDelivery {
  readonly id: string;
  readonly project_id: string;
  readonly host: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly payload: Record<string, unknown>;
  readonly attempts: number;
  readonly tries: number;
  /** Seconds since the first of {@link tries}; 0 where there was none. */
  readonly age_seconds: number;
  /** When it was read. */
  readonly at: Date;
  /** Null: its saved configuration was deleted. */
  readonly url: string | null;
  readonly headers: Record<string, string> | null;
  readonly signing_secret: string | null;
  readonly output_format: 'string' | 'json';
}

/** Those of the deliveries that still wait to be sent. */
export async function readDue(db: Executor, ids: readonly string[]): Promise<DueDelivery[]> {
  const found = await sql<DueDelivery>`
    select d.id, d.project_id, d.host, d.event_id, d.event_type, d.payload, d.attempts, d.tries,
      coalesce(extract(epoch from clock_timestamp() - d.first_try_at), 0)::float8 as age_seconds,
      clock_timestamp()::timestamptz(3) as at,
      coalesce(c.url, s.url) as url, coalesce(c.headers, s.headers) as headers,
      coalesce(c.signing_secret, s.signing_secret) as signing_secret,
      coalesce(c.output_format, s.output_format, 'string') as output_format
    from webhook_deliveries d
    left join webhook_subscriptions s on s.id = d.subscription_id
    left join webhook_configs c on c.id = d.config_id
    where d.id = any(${ids}::uuid[]) and d.state = 'pending' and d.queued`.execute(db);
  return found.rows;
}

/** Locks deliveries until the transaction ends. */
export async function lockDeliveries(tx: Transaction, ids: readonly string[]): Promise<void> {
  await sql`
    select id from webhook_deliveries where id = any(${ids}::uuid[]) order by id for no key update`.execute(
    tx,
  );
}

/** What an attempt has made of a delivery. */
export interface AttemptResult {
  readonly id: string;
  readonly projectId: string;
  readonly host: string;
  readonly at: Date;
  readonly status: number | null;
  readonly error: string | null;
  readonly latencyMs: number;
  readonly response: string | null;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly reason: string | null;
  /** For `pending`. */
  readonly afterSeconds: number;
}

/** The log of one delivery goes back this far. */
const MAX_LOGGED_ATTEMPTS = 50;

/** Writes what attempts on locked deliveries have made of them. */
export async function recordAttempts(tx: Transaction, results: readonly AttemptResult[]): Promise<void> {
  const rows = JSON.stringify(
    results.map((result) => ({
      id: result.id,
      at: result.at.toISOString(),
      status: result.status,
      error: result.error,
      latency_ms: result.latencyMs,
      response: result.response,
      state: result.state,
      reason: result.reason,
      after_seconds: result.afterSeconds,
    })),
  );
  await sql`
    with result as (
      select * from json_to_recordset(${rows}::json) as r (
        id uuid, at timestamptz(3), status int, error text, latency_ms int, response text, state text, reason text,
        after_seconds float8
      )
    ), changed as (
      update webhook_deliveries d set
        state = r.state, reason = r.reason, queued = false, queued_at = null,
        attempts = d.attempts + 1, tries = d.tries + 1, first_try_at = coalesce(d.first_try_at, r.at),
        next_at = case r.state when 'pending' then clock_timestamp() + r.after_seconds * interval '1 second'
          else d.next_at end,
        ended_at = case r.state when 'pending' then null else clock_timestamp() end
      from result r where d.id = r.id
      returning d.id, d.attempts as number
    ), forgotten as (
      delete from webhook_attempts a using changed c
      where a.delivery_id = c.id and a.number <= c.number - ${MAX_LOGGED_ATTEMPTS}::int
    )
    insert into webhook_attempts (delivery_id, number, at, status, error, latency_ms, response)
    select r.id, c.number, r.at, r.status, r.error, r.latency_ms, r.response
    from result r join changed c on c.id = r.id`.execute(tx);
}

/** Ends locked deliveries without an attempt. */
export async function buryDeliveries(tx: Transaction, ids: readonly string[], reason: string): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'dead', reason = ${reason}, queued = false, queued_at = null, ended_at = now()
    where id = any(${ids}::uuid[]) and state = 'pending'`.execute(tx);
}

/**
 * Ends deliveries that have waited longer than they may while their endpoint failed: it takes fewer of them than
 * there come. Those of an endpoint that works are sent, however late.
 * @returns how many
 */
export async function buryOverdue(
  tx: Transaction,
  options: { readonly windowSeconds: number; readonly reason: string; readonly limit: number },
): Promise<number> {
  const buried = await sql`
    update webhook_deliveries set state = 'dead', reason = ${options.reason}, ended_at = now()
    where id in (
      select d.id from webhook_endpoints e
      join webhook_deliveries d on d.project_id = e.project_id and d.host = e.host
      where e.failures >= ${FAILING}::int and d.state = 'pending' and not d.queued
        and d.next_at < now() - ${options.windowSeconds}::float8 * interval '1 second'
      order by d.id limit ${options.limit}::int for no key update of d skip locked
    )`.execute(tx);
  return Number(buried.numAffectedRows ?? 0);
}

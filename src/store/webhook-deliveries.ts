import { sql, type RawBuilder } from 'kysely';
import type { JobKind } from '../model/job-states.ts';
import type { Executor, Transaction } from './database.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { WebhookAttempt, WebhookDelivery } from './schema.ts';
import { forgetEndpoints } from './webhook-endpoints.ts';
import type { AttemptResult } from './webhook-queue.ts';

/** The log of deliveries: what became of each event at each endpoint. */

/** Whose deliveries: those to a saved configuration, of a batch and its jobs, or of one job. */
export type DeliveryOwner =
  | { readonly configId: string }
  | { readonly batchId: string }
  | { readonly jobId: string; readonly kind: JobKind };

function belongsTo(owner: DeliveryOwner): RawBuilder<unknown> {
  if ('configId' in owner) return sql`config_id = ${owner.configId}`;
  return 'batchId' in owner ? sql`batch_id = ${owner.batchId}` : sql`job_id = ${owner.jobId}`;
}

/** Newest first. */
export async function listDeliveries(
  db: Executor,
  filter: { projectId: string; owner: DeliveryOwner; state?: WebhookDelivery['state'] },
  page: PageRequest,
): Promise<RowPage<WebhookDelivery>> {
  const conditions: [RawBuilder<unknown>, ...RawBuilder<unknown>[]] = [
    belongsTo(filter.owner),
    sql`project_id = ${filter.projectId}`,
  ];
  if (filter.state !== undefined) conditions.push(sql`state = ${filter.state}`);
  return readPage(db, 'webhook_deliveries', conditions, page);
}

/** The last attempts of these deliveries, oldest first. */
export async function listAttempts(
  db: Executor,
  deliveryIds: readonly string[],
  last: number,
): Promise<Map<string, WebhookAttempt[]>> {
  const found = await sql<WebhookAttempt>`
    select a.* from unnest(${deliveryIds}::uuid[]) as d (id)
    cross join lateral (
      select * from webhook_attempts where delivery_id = d.id order by number desc limit ${last}
    ) as a
    order by a.delivery_id, a.number`.execute(db);
  const byDelivery = new Map<string, WebhookAttempt[]>();
  for (const attempt of found.rows) {
    const before = byDelivery.get(attempt.delivery_id);
    if (before) before.push(attempt);
    else byDelivery.set(attempt.delivery_id, [attempt]);
  }
  return byDelivery;
}

/** Where these deliveries go; absent for a saved configuration that was deleted. */
export async function findUrls(db: Executor, deliveryIds: readonly string[]): Promise<Map<string, string>> {
  const found = await sql<{ id: string; url: string | null }>`
    select d.id, coalesce(c.url, s.url) as url
    from webhook_deliveries d
    left join webhook_subscriptions s on s.id = d.subscription_id
    left join webhook_configs c on c.id = d.config_id
    where d.id = any(${deliveryIds}::uuid[])`.execute(db);
  return new Map(found.rows.flatMap(({ id, url }) => (url === null ? [] : [[id, url] as const])));
}

/** The row, locked until the transaction ends. */
export async function lockDelivery(
  tx: Transaction,
  projectId: string,
  owner: DeliveryOwner,
  id: string,
): Promise<WebhookDelivery | undefined> {
  const found = await sql<WebhookDelivery>`
    select * from webhook_deliveries
    where id = ${id}::uuid and project_id = ${projectId} and ${belongsTo(owner)} for no key update`.execute(
    tx,
  );
  return found.rows[0];
}

/** Lets a locked delivery be tried anew, from now on and for as long as any. One that is under way stays so. */
export async function restartDelivery(tx: Transaction, id: string): Promise<WebhookDelivery> {
  const restarted = await sql<WebhookDelivery>`
    update webhook_deliveries set state = 'pending', reason = null, ended_at = null, tries = 0, first_try_at = null,
      next_at = now()
    where id = ${id}::uuid returning *`.execute(tx);
  const [delivery] = restarted.rows;
  if (!delivery) throw new Error(`There is no delivery ${id} to restart`);
  return delivery;
}

/**
 * Ends what waits for a saved configuration, which is about to be deleted.
 * @returns the ids of those that may have tickets
 */
export async function buryDeliveriesOf(tx: Transaction, configId: string, reason: string): Promise<string[]> {
  const buried = await sql<{ id: string }>`
    with locked as (
      select id, queued from webhook_deliveries where config_id = ${configId} and state = 'pending'
      order by id for no key update
    ), ended as (
      update webhook_deliveries d set state = 'dead', reason = ${reason}, queued = false, queued_at = null,
        ended_at = now()
      from locked l where d.id = l.id
    )
    select id from locked where queued`.execute(tx);
  return buried.rows.map((row) => row.id);
}

/** Enters a test that has been sent, which nothing subscribed to. */
export async function insertTest(
  tx: Transaction,
  test: {
    id: string;
    eventId: string;
    eventType: string;
    projectId: string;
    configId: string;
    host: string;
    payload: Record<string, unknown>;
  },
  result: Omit<AttemptResult, 'id' | 'at'>,
): Promise<WebhookDelivery> {
  const began = sql`now() - ${result.latencyMs}::int * interval '1 millisecond'`;
  const inserted = await sql<WebhookDelivery>`
    insert into webhook_deliveries (id, event_id, event_type, project_id, config_id, host, payload, state, reason,
      attempts, tries, first_try_at, ended_at)
    values (${test.id}, ${test.eventId}, ${test.eventType}, ${test.projectId}, ${test.configId}, ${test.host},
      ${JSON.stringify(test.payload)}::json, ${result.state}, ${result.reason}, 1, 1, ${began}, now())
    returning *`.execute(tx);
  await sql`
    insert into webhook_attempts (delivery_id, number, at, status, error, latency_ms, response)
    values (${test.id}, 1, ${began}, ${result.status}, ${result.error}, ${result.latencyMs}, ${result.response})`.execute(
    tx,
  );
  const [delivery] = inserted.rows;
  if (!delivery) throw new Error('A test was not entered');
  return delivery;
}

const DELIVERED_DAYS = 30;
/** What was given up may still be replayed, and somebody has to notice first. */
const DEAD_DAYS = 90;

/**
 * Deletes deliveries that ended long ago, with their attempts, and endpoints that nothing refers to any more.
 * @returns how many rows; less than `limit` when there is nothing left to do
 */
export async function deleteOldDeliveries(
  tx: Transaction,
  options: { readonly limit: number },
): Promise<number> {
  let deleted = 0;
  for (const [state, days] of [
    ['delivered', DELIVERED_DAYS],
    ['dead', DEAD_DAYS],
  ] as const) {
    const gone = await sql`
      delete from webhook_deliveries where id in (
        select id from webhook_deliveries
        where state = ${state} and ended_at < now() - ${days}::int * interval '1 day'
        order by ended_at limit ${options.limit - deleted}::int for update skip locked
      )`.execute(tx);
    deleted += Number(gone.numAffectedRows ?? 0);
  }
  if (deleted < options.limit) await forgetEndpoints(tx, DELIVERED_DAYS);
  return deleted;
}

import { sql } from 'kysely';
import type { WebhookEndpoint } from '../model/webhook-endpoint.ts';
import { endpointHost } from '../model/webhook-endpoint.ts';
import type { Executor, Transaction } from './database.ts';

/** Somebody to tell: a saved configuration, which counts as it is when an event is sent, or an endpoint. */
export type Subscription = { readonly configId: string } | { readonly endpoint: WebhookEndpoint };

/** Whose events: the owner's own, or those of the batch's jobs. */
export type SubscriptionScope = 'own' | 'jobs';

/** Whom a batch or a job tells of its events. */
export interface Owner {
  readonly batchId: string | null;
  readonly jobId: string | null;
  readonly scope: SubscriptionScope;
}

export async function insertSubscriptions(
  tx: Transaction,
  owner: Owner,
  subscriptions: readonly Subscription[],
): Promise<void> {
  if (subscriptions.length === 0) return;
  // One parameter, however many there are: a statement has 65,535 at most.
  const rows = JSON.stringify(subscriptions.map(rowOf));
  await sql`
    insert into webhook_subscriptions
      (batch_id, job_id, scope, position, config_id, url, host, headers, signing_secret, events, output_format)
    select ${owner.batchId}, ${owner.jobId}, ${owner.scope}, position, config_id, url, host, headers, signing_secret,
      events, coalesce(output_format, 'string')
    from jsonb_to_recordset(${rows}::jsonb) as s (
      position int, config_id text, url text, host text, headers jsonb, signing_secret text, events text[],
      output_format text
    )
    order by position`.execute(tx);
}

/** What is left out is null. */
function rowOf(subscription: Subscription, position: number): Record<string, unknown> {
  if ('configId' in subscription) return { position, config_id: subscription.configId };
  const { endpoint } = subscription;
  return {
    position,
    url: endpoint.url,
    host: endpointHost(endpoint.url),
    headers: endpoint.headers,
    signing_secret: endpoint.signingSecret,
    events: endpoint.events,
    output_format: endpoint.outputFormat,
  };
}

/** A batch's subscriptions of one scope, in order. */
export async function listBatchSubscriptions(
  db: Executor,
  batchId: string,
  scope: SubscriptionScope,
): Promise<Subscription[]> {
  const rows = await db
    .selectFrom('webhook_subscriptions')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('scope', '=', scope)
    .orderBy('position')
    .execute();
  return rows.map((row): Subscription => {
    if (row.config_id !== null || row.url === null) return { configId: row.config_id ?? '' };
    return {
      endpoint: {
        url: row.url,
        headers: row.headers,
        signingSecret: row.signing_secret,
        events: row.events,
        outputFormat: row.output_format,
      },
    };
  });
}

/**
 * Deletes what nobody can be told by any more, among the next so many whose batch or job is gone: every delivery is
 * gone as well. Those whose deliveries are still kept, a month's at worst, are passed and not looked at again in the
 * same walk.
 */
export async function deleteIdleSubscriptions(
  tx: Transaction,
  part: { readonly after: string; readonly limit: number },
): Promise<{ last: string | undefined; removed: number }> {
  const found = await sql<{ id: string }>`
    select id::text as id from webhook_subscriptions
    where batch_id is null and job_id is null and id > ${part.after === '' ? '0' : part.after}::bigint
    order by webhook_subscriptions.id limit ${part.limit}::int`.execute(tx);
  const ids = found.rows.map((row) => row.id);
  const removed = await sql`
    delete from webhook_subscriptions where id in (
      select id from webhook_subscriptions s where id = any(${ids}::bigint[])
        and not exists (select from webhook_deliveries d where d.subscription_id = s.id)
      order by id for update skip locked
    )`.execute(tx);
  return {
    last: ids.length === part.limit ? ids.at(-1) : undefined,
    removed: Number(removed.numAffectedRows ?? 0),
  };
}

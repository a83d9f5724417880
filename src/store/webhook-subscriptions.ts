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
  const whose = { batch_id: owner.batchId, job_id: owner.jobId, scope: owner.scope };
  await tx
    .insertInto('webhook_subscriptions')
    .values(
      subscriptions.map((subscription, position) => {
        if ('configId' in subscription)
          return { ...whose, position, config_id: subscription.configId, ...NO_ENDPOINT };
        const { endpoint } = subscription;
        return {
          ...whose,
          position,
          config_id: null,
          url: endpoint.url,
          host: endpointHost(endpoint.url),
          headers: endpoint.headers && JSON.stringify(endpoint.headers),
          signing_secret: endpoint.signingSecret,
          events: endpoint.events && [...endpoint.events],
          output_format: endpoint.outputFormat,
        };
      }),
    )
    .execute();
}

const NO_ENDPOINT = {
  url: null,
  host: null,
  headers: null,
  signing_secret: null,
  events: null,
  output_format: 'string' as const,
};

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
 * Deletes what nobody can be told by any more: the batch or job is gone, and so is every delivery.
 * @returns how many
 */
export async function deleteIdleSubscriptions(tx: Transaction, limit: number): Promise<number> {
  const deleted = await sql`
    delete from webhook_subscriptions where id in (
      select id from webhook_subscriptions s
      where batch_id is null and job_id is null
        and not exists (select from webhook_deliveries d where d.subscription_id = s.id)
      order by id limit ${limit}::int for update skip locked
    )`.execute(tx);
  return Number(deleted.numAffectedRows ?? 0);
}

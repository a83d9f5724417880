import { sql } from 'kysely';
import type { BatchStatus } from '../model/batch-states.ts';
import type { Executor, Transaction } from './database.ts';
import type { BatchTransition } from './schema.ts';

/** The history of a batch and what is told of it to others. */

/** Where a batch's events go: a saved webhook configuration, or one that came with the request. */
export interface BatchWebhook {
  readonly configurationId: string | null;
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly signingSecret: string | null;
  /** Null: all events. */
  readonly events: readonly string[] | null;
  readonly outputFormat: 'string' | 'json';
}

export async function insertBatchWebhooks(
  tx: Transaction,
  batchId: string,
  webhooks: readonly BatchWebhook[],
): Promise<void> {
  if (webhooks.length === 0) return;
  await tx
    .insertInto('batch_webhooks')
    .values(
      webhooks.map((webhook, position) => ({
        batch_id: batchId,
        position,
        configuration_id: webhook.configurationId,
        url: webhook.url,
        headers: webhook.headers && JSON.stringify(webhook.headers),
        signing_secret: webhook.signingSecret,
        events: webhook.events && [...webhook.events],
        output_format: webhook.outputFormat,
      })),
    )
    .execute();
}

export async function listBatchWebhooks(db: Executor, batchId: string): Promise<BatchWebhook[]> {
  const rows = await db
    .selectFrom('batch_webhooks')
    .selectAll()
    .where('batch_id', '=', batchId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    configurationId: row.configuration_id,
    url: row.url,
    headers: row.headers,
    signingSecret: row.signing_secret,
    events: row.events,
    outputFormat: row.output_format,
  }));
}

/** Enters a status into the batch's history. */
export async function insertBatchTransition(
  tx: Transaction,
  batch: { id: string; revision: number; status: BatchStatus },
): Promise<void> {
  await tx
    .insertInto('batch_transitions')
    .values({ batch_id: batch.id, revision: batch.revision, status: batch.status })
    .execute();
}

/** One delivery for each of the batch's webhooks that wants the event. */
export async function insertBatchDeliveries(
  tx: Transaction,
  event: { id: string; type: string; projectId: string; batchId: string; data: Record<string, unknown> },
): Promise<void> {
  await sql`
    insert into webhook_deliveries (id, event_id, event_type, project_id, batch_id, webhook_position, payload)
    select gen_random_uuid(), ${event.id}, ${event.type}, ${event.projectId}, ${event.batchId}, w.position,
      jsonb_build_object(
        'event_id', ${event.id}::text, 'event_type', ${event.type}::text,
        'timestamp', extract(epoch from now()), 'data', ${JSON.stringify(event.data)}::jsonb
      )
    from batch_webhooks w
    where w.batch_id = ${event.batchId} and (w.events is null or ${event.type} = any(w.events))`.execute(tx);
}

/** The batch's history after a revision, oldest first. */
export async function listBatchTransitions(
  db: Executor,
  batchId: string,
  afterRevision: number,
): Promise<BatchTransition[]> {
  return db
    .selectFrom('batch_transitions')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('revision', '>', afterRevision)
    .orderBy('revision')
    .execute();
}

import { sql } from 'kysely';
import { endpointHost, type WebhookEndpoint } from '../model/webhook-endpoint.ts';
import type { Executor, Transaction } from './database.ts';
import type { WebhookConfig } from './schema.ts';

/** Endpoints that projects saved. */

/** Those of the ids that are of configurations of the project. */
export async function findKnownConfigs(
  db: Executor,
  projectId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const found = await sql<{ id: string }>`
    select id from webhook_configs where project_id = ${projectId} and id = any(${ids}::text[])`.execute(db);
  return new Set(found.rows.map((row) => row.id));
}

export async function insertConfig(
  db: Executor,
  config: { id: string; projectId: string; endpoint: WebhookEndpoint },
): Promise<WebhookConfig> {
  return db
    .insertInto('webhook_configs')
    .values({ id: config.id, project_id: config.projectId, ...columnsOf(config.endpoint) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Every field of the endpoint. */
function columnsOf(endpoint: WebhookEndpoint) {
  return {
    url: endpoint.url,
    host: endpointHost(endpoint.url),
    headers: endpoint.headers && JSON.stringify(endpoint.headers),
    signing_secret: endpoint.signingSecret,
    events: endpoint.events && [...endpoint.events],
    output_format: endpoint.outputFormat,
  };
}

/** The project's configurations, newest first. */
export async function listConfigs(db: Executor, projectId: string): Promise<WebhookConfig[]> {
  return db
    .selectFrom('webhook_configs')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

export async function countConfigs(db: Executor, projectId: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from webhook_configs where project_id = ${projectId}`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

export async function findConfig(
  db: Executor,
  projectId: string,
  id: string,
): Promise<WebhookConfig | undefined> {
  return db
    .selectFrom('webhook_configs')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
}

/** The row, locked until the transaction ends. */
export async function lockConfig(
  tx: Transaction,
  projectId: string,
  id: string,
): Promise<WebhookConfig | undefined> {
  return tx
    .selectFrom('webhook_configs')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .forUpdate()
    .executeTakeFirst();
}

/** Changes a locked configuration. What waits for its endpoint waits for the new one from now on. */
export async function updateConfig(
  tx: Transaction,
  id: string,
  endpoint: WebhookEndpoint,
): Promise<WebhookConfig> {
  const config = await tx
    .updateTable('webhook_configs')
    .set({ ...columnsOf(endpoint), updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await sql`
    update webhook_deliveries set host = ${config.host}
    where config_id = ${id} and state = 'pending' and host <> ${config.host}`.execute(tx);
  return config;
}

export async function removeConfig(tx: Transaction, id: string): Promise<void> {
  await tx.deleteFrom('webhook_configs').where('id', '=', id).execute();
}

import { sql } from 'kysely';
import { newUuid } from '../../src/model/ids.ts';
import { endpointHost } from '../../src/model/webhook-endpoint.ts';
import type { Services } from '../../src/services/context.ts';
import type { Database } from '../../src/store/database.ts';
import type { WebhookAttempt, WebhookDelivery } from '../../src/store/schema.ts';

/** Where scenes send events. */
export interface SceneEndpoint {
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly secret?: string;
  readonly format?: 'string' | 'json';
}

/** Deliveries of as many events to one endpoint, recorded and waiting. @returns their ids */
export async function addDeliveries(
  services: Services,
  projectId: string,
  endpoint: SceneEndpoint,
  count = 1,
): Promise<string[]> {
  const { db } = services;
  const subscription = await db
    .insertInto('webhook_subscriptions')
    .values({
      scope: 'own',
      position: 0,
      url: endpoint.url,
      host: endpointHost(endpoint.url),
      headers: endpoint.headers ? JSON.stringify(endpoint.headers) : null,
      signing_secret: endpoint.secret ?? null,
      events: null,
      output_format: endpoint.format ?? 'json',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const ids = Array.from({ length: count }, () => newUuid());
  await sql`
    insert into webhook_deliveries (id, event_id, event_type, project_id, subscription_id, host, next_at, payload)
    select id, 'evt-' || id, 'parse.success', ${projectId}, ${subscription.id}, ${endpointHost(endpoint.url)},
      -- Due, however times are rounded.
      now() - interval '1 second', json_build_object('event_id', 'evt-' || id, 'event_type', 'parse.success', 'timestamp', 1789027200.5,
        'data', json_build_object('id', 'pjb-' || id))
    from unnest(${ids}::uuid[]) as d (id)`.execute(db);
  return ids;
}

export async function deliveryById(db: Database, id: string): Promise<WebhookDelivery> {
  return db.selectFrom('webhook_deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Oldest first. */
export async function attemptsOf(db: Database, id: string): Promise<WebhookAttempt[]> {
  return db
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', '=', id)
    .orderBy('number')
    .execute();
}

/** Lets time pass for what waits for its next attempt. */
export async function hurry(db: Database): Promise<void> {
  await sql`update webhook_deliveries set next_at = now() - interval '1 second' where state = 'pending'`.execute(
    db,
  );
}

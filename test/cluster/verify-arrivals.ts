import type { Database } from '../../src/store/database.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

/**
 * Every event that was recorded has arrived, perhaps more than once, and no other has. An answer that is lost with a
 * worker makes Sheaf send again, with the same event id.
 * @returns what is wrong
 */
export async function verifyArrivals(
  db: Database,
  receiver: WebhookReceiver,
  timeoutMs: number,
): Promise<string[]> {
  const rows = await db.selectFrom('webhook_deliveries').select(['event_id', 'event_type']).execute();
  const recorded = new Set(rows.map((row) => row.event_id));
  const arrived = (): Set<string> => new Set(receiver.events.map((event) => event.id));
  const missing = (): string[] => [...recorded].filter((id) => !arrived().has(id));
  await waitUntil(() => missing().length === 0, timeoutMs, 'every event to arrive').catch(() => undefined);
  return [
    ...missing().map((id) => `the event ${id} did not arrive`),
    ...[...arrived()]
      .filter((id) => !recorded.has(id))
      .map((id) => `an event ${id} arrived that nobody recorded`),
  ];
}

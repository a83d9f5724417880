import { sql, type Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/support/test-database.ts';
import { newId, newUuid } from '../../model/ids.ts';
import * as first from './0001-first.ts';
import * as webhooks from './0002-webhooks.ts';

test('webhooks and events of before are kept; what waits too long already is not sent any more', async () => {
  const database = await openTestDatabase({ migrated: false });
  const { db } = database;
  const schemaless = db as unknown as Kysely<unknown>;
  await first.up(schemaless);
  const [organization, project] = [newUuid(), newUuid()];
  const batch = newId('batch');
  await sql`insert into organizations (id, name) values (${organization}, 'o')`.execute(db);
  await sql`insert into projects (id, organization_id, name) values (${project}, ${organization}, 'p')`.execute(
    db,
  );
  await sql`
    insert into batches (id, project_id, source_directory_id, job_type, configuration_id, resolved_parameters, status,
      total_files, request_fingerprint)
    values (${batch}, ${project}, 'dir', 'parse_v2', 'cfg', '{}', 'PENDING', 1, '')`.execute(db);
  await sql`
    insert into batch_webhooks (batch_id, position, url, headers, signing_secret, events, output_format) values
      (${batch}, 0, 'https://user:word@Hook.example:8443/a?b', '{"a": "b"}', 'whsec', null, 'json'),
      (${batch}, 1, 'http://other.example', null, null, '{batch.success}', 'string')`.execute(db);
  const [old, recent, told] = [newUuid(), newUuid(), newUuid()];
  await sql`
    insert into webhook_deliveries (id, event_id, event_type, project_id, batch_id, webhook_position, payload, state,
      created_at)
    values (${old}, 'evt-1', 'batch.pending', ${project}, ${batch}, 0, '{"event_id": "evt-1"}', 'pending',
        now() - interval '2 days'),
      (${recent}, 'evt-2', 'batch.running', ${project}, ${batch}, 0, '{}', 'pending', now()),
      (${told}, 'evt-2', 'batch.running', ${project}, ${batch}, 1, '{}', 'delivered', now())`.execute(db);

  await webhooks.up(schemaless);

  const subscriptions = await db.selectFrom('webhook_subscriptions').selectAll().orderBy('id').execute();
  expect(subscriptions).toMatchObject([
    {
      batch_id: batch,
      scope: 'own',
      host: 'hook.example:8443',
      headers: { a: 'b' },
      signing_secret: 'whsec',
      events: null,
      output_format: 'json',
    },
    { url: 'http://other.example', host: 'other.example', events: ['batch.success'] },
  ]);
  const deliveries = await db.selectFrom('webhook_deliveries').selectAll().orderBy('id').execute();
  expect(new Map(deliveries.map((row) => [row.id, row]))).toEqual(
    new Map([
      [
        old,
        expect.objectContaining({
          state: 'dead',
          payload: { event_id: 'evt-1' },
          subscription_id: subscriptions[0]?.id,
        }),
      ],
      [recent, expect.objectContaining({ state: 'pending', ended_at: null, host: 'hook.example:8443' })],
      [told, expect.objectContaining({ state: 'delivered', host: 'other.example' })],
    ]),
  );
  await database.close();
});

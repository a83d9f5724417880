import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addBatch, addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { startReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { addDeliveries, deliveryById } from '../../test/support/webhook-scenes.ts';
import { inTransaction } from '../store/transaction.ts';
import { deleteOldDeliveries } from '../store/webhook-deliveries.ts';
import type { Services } from './context.ts';
import {
  admitDeliveries,
  claimDeliveries,
  commitSent,
  sendDelivery,
  sweepDeliveries,
} from './deliver-webhooks.ts';
import { createWebhookConfig, deleteWebhookConfig, listWebhookConfigs } from './webhook-configs.ts';
import { listWebhookDeliveries, replayDelivery, testWebhookConfig } from './webhook-deliveries.ts';

let bench: TestServices;
let services: Services;
let projectId: string;
let receiver: WebhookReceiver;

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  receiver = await startReceiver();
});
afterEach(() => receiver[Symbol.asyncDispose]());
afterAll(() => bench[Symbol.asyncDispose]());

/** Sends whatever is due, once. @returns how many */
async function deliverDue(): Promise<number> {
  await admitDeliveries(services);
  const claimed = await claimDeliveries(services, 100);
  const options = { timeoutMs: 5_000, signal: new AbortController().signal };
  await commitSent(services, await Promise.all(claimed.map((one) => sendDelivery(services, one, options))));
  return claimed.length;
}

/** A batch that tells one endpoint of itself, and nothing sent yet. */
async function addToldBatch(): Promise<string> {
  const { id } = await addBatch(services, projectId, 1);
  const [delivery = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  await sql`update webhook_deliveries set batch_id = ${id} where id = ${delivery}::uuid`.execute(services.db);
  return id;
}

const LIST = { pageSize: undefined, pageToken: undefined };

test('the log of a batch shows every attempt, and an event can be sent again under its id', async () => {
  const batchId = await addToldBatch();
  receiver.answerWith(() => ({ status: 410, body: 'closed' }));
  expect(await deliverDue()).toBe(1);
  const { items } = await listWebhookDeliveries(services, projectId, { batchId }, LIST);
  expect(items).toMatchObject([
    {
      url: receiver.url,
      delivery: { state: 'dead', attempts: 1 },
      attempts: [{ status: 410, error: 'The endpoint answered 410.', response: 'closed' }],
    },
  ]);
  const id = items[0]?.delivery.id ?? '';
  const replayed = await replayDelivery(services, projectId, { batchId }, id);
  expect(replayed.delivery).toMatchObject({ id, state: 'pending', reason: null, tries: 0, attempts: 1 });
  receiver.answerWith(() => ({ status: 200 }));
  expect(await deliverDue()).toBe(1);
  expect(await deliveryById(services.db, id)).toMatchObject({ state: 'delivered', attempts: 2 });
  // Also one that arrived: the receiver may have lost it.
  await replayDelivery(services, projectId, { batchId }, id);
  expect(await deliverDue()).toBe(1);
  expect(receiver.events.map((event) => event.id)).toEqual(Array.from({ length: 3 }, () => `evt-${id}`));
});

test('the list is in pages, can be filtered, and is only for its own project', async () => {
  const config = await createWebhookConfig(services, projectId, { webhook_url: receiver.url });
  const ids = await addDeliveries(services, projectId, { url: receiver.url }, 5);
  await sql`update webhook_deliveries set config_id = ${config.id}`.execute(services.db);
  await sql`update webhook_deliveries set state = 'dead', ended_at = now() where id = ${ids[0]}::uuid`.execute(
    services.db,
  );
  const owner = { configId: config.id };
  const seen: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await listWebhookDeliveries(services, projectId, owner, { pageSize: 2, pageToken });
    expect(page.totalSize).toBe(5);
    seen.push(...page.items.map((item) => item.delivery.id));
    pageToken = page.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  expect(seen.toSorted()).toEqual(ids.toSorted());
  const dead = await listWebhookDeliveries(services, projectId, owner, { ...LIST, state: 'dead' });
  expect(dead.items.map((item) => item.delivery.id)).toEqual([ids[0]]);

  const other = await addProject(services.db);
  await expect(listWebhookDeliveries(services, other, owner, LIST)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(replayDelivery(services, other, owner, ids[0] ?? '')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  for (const unknown of ['nonsense', config.id]) {
    await expect(replayDelivery(services, projectId, owner, unknown)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
});

test('a page has at most 100 deliveries with the last 5 attempts of each', async () => {
  const config = await createWebhookConfig(services, projectId, { webhook_url: receiver.url });
  const ids = await addDeliveries(services, projectId, { url: receiver.url }, 101);
  await sql`update webhook_deliveries set config_id = ${config.id}, attempts = 7`.execute(services.db);
  await sql`
    insert into webhook_attempts (delivery_id, number, at, status, latency_ms)
    select id, n, now(), 500, 1 from unnest(${ids}::uuid[]) as d (id), generate_series(1, 7) as n`.execute(
    services.db,
  );
  const owner = { configId: config.id };
  const first = await listWebhookDeliveries(services, projectId, owner, { pageSize: 1000 });
  expect([first.items.length, first.totalSize]).toEqual([100, 101]);
  for (const { delivery, attempts } of first.items) {
    expect([delivery.attempts, attempts.map(({ number }) => number)]).toEqual([7, [3, 4, 5, 6, 7]]);
  }
  const pageToken = first.nextPageToken ?? '';
  const last = await listWebhookDeliveries(services, projectId, owner, { pageSize: 1000, pageToken });
  expect([last.items.length, last.nextPageToken]).toEqual([1, null]);
});

test('of an answer that is no text, what is kept has no more bytes than of any other', async () => {
  const config = await createWebhookConfig(services, projectId, { webhook_url: receiver.url });
  receiver.answerWith(() => ({ status: 500, body: '\0'.repeat(3000) }));
  const { attempts } = await testWebhookConfig(services, projectId, config.id);
  expect(attempts[0]?.response).toBe('\uFFFD'.repeat(Math.floor(2048 / 3)));
});

test('a test is sent at once, whatever events are wanted, and says what came of it', async () => {
  const fields = {
    webhook_url: receiver.url,
    webhook_events: ['batch.success'],
    webhook_output_format: 'json',
  };
  const config = await createWebhookConfig(services, projectId, fields);
  receiver.answerWith(() => ({ status: receiver.events.length === 1 ? 200 : 404, body: 'hm' }));
  const worked = await testWebhookConfig(services, projectId, config.id);
  expect(worked).toMatchObject({
    url: receiver.url,
    delivery: { event_type: 'unmapped_event', state: 'delivered', reason: null },
    attempts: [{ status: 200, response: 'hm', error: null }],
  });
  const body = JSON.parse(receiver.events[0]?.body.toString() ?? '') as { data: object };
  expect(body).toMatchObject({ event_id: worked.delivery.event_id, event_type: 'unmapped_event' });
  expect(body.data).toMatchObject({ id: config.id, project_id: projectId, test: true });
  const failed = await testWebhookConfig(services, projectId, config.id);
  expect(failed.delivery).toMatchObject({ state: 'dead', reason: expect.stringContaining('404') as string });
  const log = await listWebhookDeliveries(services, projectId, { configId: config.id }, LIST);
  expect(log.items).toHaveLength(2);
  receiver.answerWith(() => undefined);
  const silent = await testWebhookConfig(services, projectId, config.id, { timeoutMs: 100 });
  expect(silent.attempts).toMatchObject([
    { status: null, error: expect.stringContaining('0.1 seconds') as string },
  ]);
});

test('what was sent to a configuration that is gone cannot be sent again', async () => {
  const batchId = await addToldBatch();
  const config = await createWebhookConfig(services, projectId, { webhook_url: receiver.url });
  await sql`update webhook_deliveries set config_id = ${config.id}, subscription_id = null`.execute(
    services.db,
  );
  await admitDeliveries(services);
  await deleteWebhookConfig(services, projectId, config.id);
  expect(await listWebhookConfigs(services, projectId)).toEqual([]);
  expect(await claimDeliveries(services, 10)).toEqual([]);
  const { items } = await listWebhookDeliveries(services, projectId, { batchId }, LIST);
  expect(items).toMatchObject([{ url: null, delivery: { state: 'dead' } }]);
  await expect(
    replayDelivery(services, projectId, { batchId }, items[0]?.delivery.id ?? ''),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a ticket that is lost is made anew by a sweep', async () => {
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  await admitDeliveries(services);
  await inTransaction(services.db, (tx) => services.queue.drop(tx, 'deliver-webhook', [id]));
  expect(await sweepDeliveries(services)).toEqual({ renewed: 0, buried: 0 });
  await sql`update webhook_deliveries set queued_at = now() - interval '61 seconds'`.execute(services.db);
  expect(await sweepDeliveries(services)).toEqual({ renewed: 1, buried: 0 });
  expect(await claimDeliveries(services, 10)).toMatchObject([{ id }]);
});

test('an endpoint that fails rests between calls; a replay ends the rest', async () => {
  receiver.answerWith(() => ({ status: 500 }));
  await addDeliveries(services, projectId, { url: receiver.url }, 6);
  // Four at a time, then the endpoint is known to fail.
  expect(await deliverDue()).toBe(4);
  await sql`update webhook_endpoints set rest_until = rest_until + interval '1 hour'`.execute(services.db);
  // Whatever time this takes, what has failed is not due again.
  const postpone = sql`update webhook_deliveries set next_at = now() + interval '1 hour' where tries > 0`;
  await postpone.execute(services.db);
  expect(await deliverDue()).toBe(0);
  await sql`update webhook_endpoints set rest_until = now() - interval '1 second'`.execute(services.db);
  expect(await deliverDue()).toBe(1);
  await postpone.execute(services.db);
  const batchId = await addToldBatch();
  const { items } = await listWebhookDeliveries(services, projectId, { batchId }, LIST);
  receiver.answerWith(() => ({ status: 200 }));
  await replayDelivery(services, projectId, { batchId }, items[0]?.delivery.id ?? '');
  // Times are rounded to milliseconds, so that what is due now may be due half of one later.
  await expect.poll(deliverDue).toBe(1);
  // It works again: no more rests.
  expect(await deliverDue()).toBe(1);
  expect(await services.db.selectFrom('webhook_endpoints').selectAll().execute()).toEqual([]);
});

test('what an endpoint that fails had no turn for is given up after the window, of one that works never', async () => {
  const strict = withLimits(services, { webhookRetryHours: 1 });
  const failing = await addDeliveries(services, projectId, { url: 'http://failing.example' }, 2);
  const working = await addDeliveries(services, projectId, { url: receiver.url });
  await sql`update webhook_deliveries set next_at = now() - interval '61 minutes'`.execute(services.db);
  await sql`update webhook_deliveries set next_at = now() where id = ${failing[1]}::uuid`.execute(
    services.db,
  );
  await sql`insert into webhook_endpoints values (${projectId}, 'failing.example', 3, now())`.execute(
    services.db,
  );
  expect((await sweepDeliveries(strict)).buried).toBe(1);
  expect(await deliveryById(services.db, failing[0] ?? '')).toMatchObject({
    state: 'dead',
    reason: expect.stringContaining('no turn') as string,
  });
  for (const id of [failing[1], ...working]) {
    expect(await deliveryById(services.db, id ?? '')).toMatchObject({ state: 'pending' });
  }
});

test('old deliveries go, delivered ones first', async () => {
  const ids = await addDeliveries(services, projectId, { url: receiver.url }, 4);
  await sql`
    update webhook_deliveries d set state = n.state, ended_at = now() - n.days * interval '1 day'
    from unnest(${ids}::uuid[], array['delivered', 'delivered', 'dead', 'dead'], array[31, 29, 31, 91])
      as n (id, state, days) where d.id = n.id`.execute(services.db);
  const prune = (limit: number) => inTransaction(services.db, (tx) => deleteOldDeliveries(tx, { limit }));
  const left = async () =>
    (await services.db.selectFrom('webhook_deliveries').select('id').orderBy('id').execute()).map(
      (row) => row.id,
    );
  expect(await prune(1)).toBe(1);
  expect(await left()).toEqual(ids.slice(1));
  expect(await prune(100)).toBe(1);
  expect(await left()).toEqual(ids.slice(1, 3));
  expect(await prune(100)).toBe(0);
  await sql`update webhook_deliveries set ended_at = now() - interval '1 year'`.execute(services.db);
  expect(await prune(100)).toBe(2);
});

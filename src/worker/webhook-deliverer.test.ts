import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addBatch, addProject, ticketsIn } from '../../test/support/batch-scenes.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { startReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { addDeliveries, attemptsOf, deliveryById, hurry } from '../../test/support/webhook-scenes.ts';
import { createEgress } from '../egress/egress.ts';
import type { Services } from '../services/context.ts';
import {
  changeWebhookConfig,
  createWebhookConfig,
  deleteWebhookConfig,
} from '../services/webhook-configs.ts';
import { subscribe } from '../services/webhook-subscriptions.ts';
import { inTransaction } from '../store/transaction.ts';
import { insertBatchEvent } from '../store/webhook-events.ts';
import { createWebhookDeliverer, type WebhookDeliverer } from './webhook-deliverer.ts';

const PATIENCE_MS = 15_000;

let bench: TestServices;
let services: Services;
let projectId: string;
let receiver: WebhookReceiver;
let deliverers: WebhookDeliverer[];

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  receiver = await startReceiver();
  deliverers = [];
});
afterEach(async () => {
  await Promise.all(deliverers.map((deliverer) => deliverer.stop(0)));
  await receiver[Symbol.asyncDispose]();
});
afterAll(() => bench[Symbol.asyncDispose]());

function startDeliverer(options: { timeoutMs?: number; concurrency?: number } = {}, from = services) {
  const deliverer = createWebhookDeliverer(from, { timeoutMs: 5_000, ...options });
  deliverers.push(deliverer);
  deliverer.start();
  return deliverer;
}

const until = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> =>
  waitUntil(condition, PATIENCE_MS, what);

const untilState = (id: string, state: string): Promise<void> =>
  until(`the delivery to be ${state}`, async () => (await deliveryById(services.db, id)).state === state);

const untilTried = (id: string, attempts: number): Promise<void> =>
  until(`attempt ${attempts}`, async () => (await deliveryById(services.db, id)).attempts === attempts);

test('an event arrives signed, once, and what came of it stands in the log', async () => {
  const endpoint = { url: `${receiver.url}/hook?a=b`, secret: 'whsec', headers: { 'X-Team': 'papers' } };
  const [id = ''] = await addDeliveries(services, projectId, endpoint);
  startDeliverer();
  await untilState(id, 'delivered');
  expect(receiver.events).toHaveLength(1);
  const [event] = receiver.events;
  const body = event?.body.toString() ?? '';
  expect(body).toBe(
    `{"event_id":"evt-${id}","event_type":"parse.success","timestamp":1789027200.5,"data":{"id":"pjb-${id}"}}`,
  );
  const hmac = (text: string) => createHmac('sha256', 'whsec').update(text).digest('hex');
  expect(event?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'llamaindex-webhook-service/1.0',
    'x-webhook-event-id': `evt-${id}`,
    'x-webhook-event-type': 'parse.success',
    'x-team': 'papers',
    'lc-signature': `sha256=${hmac(body)}`,
  });
  const signed = /^t=(\d+),v1=([\da-f]{64})$/.exec(String(event?.headers['x-sheaf-signature']));
  expect(signed?.[2]).toBe(hmac(`${signed?.[1]}.${body}`));
  expect(event?.path).toBe('/hook?a=b');
  expect(await attemptsOf(services.db, id)).toEqual([
    expect.objectContaining({ number: 1, status: 200, error: null, response: 'thank you' }),
  ]);
  await until(
    'the ticket to be gone',
    async () => (await ticketsIn(services.db, 'deliver-webhook')).length === 0,
  );
});

test('what fails is tried again with the same bytes under the same id, and its answers are kept', async () => {
  receiver.answerWith((_, earlier) =>
    earlier === 0 ? { status: 500, body: `oh\0${'x'.repeat(5_000)}` } : { status: 204 },
  );
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url, format: 'string' });
  const deliverer = startDeliverer();
  await untilTried(id, 1);
  const waiting = await deliveryById(services.db, id);
  expect(waiting).toMatchObject({ state: 'pending', queued: false });
  const delayMs = waiting.next_at.getTime() - Date.now();
  expect(delayMs).toBeGreaterThan(0);
  expect(delayMs).toBeLessThan(2_500);
  await hurry(services.db);
  deliverer.wake();
  await untilState(id, 'delivered');
  const [first, second] = receiver.events;
  expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  expect([first?.id, second?.id]).toEqual([`evt-${id}`, `evt-${id}`]);
  expect(JSON.parse(JSON.parse(first?.body.toString() ?? '') as string)).toMatchObject({
    event_id: `evt-${id}`,
  });
  const [failed, worked] = await attemptsOf(services.db, id);
  expect(failed).toMatchObject({ number: 1, status: 500, error: 'The endpoint answered 500.' });
  expect(failed?.response).toMatch(/^oh\uFFFDx+$/);
  expect(Buffer.byteLength(failed?.response ?? '')).toBe(2048);
  expect(worked).toMatchObject({ number: 2, status: 204, error: null });
});

test('an endpoint may ask for patience', async () => {
  receiver.answerWith(() => ({ status: 503, headers: { 'retry-after': '600' } }));
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  startDeliverer();
  await untilTried(id, 1);
  const { next_at } = await deliveryById(services.db, id);
  expect((next_at.getTime() - Date.now()) / 1000).toBeCloseTo(600, -2);
});

test('redirects are not followed, and 410 is the end', async () => {
  const elsewhere = await startReceiver();
  receiver.answerWith(({ path }) =>
    path === '/gone' ? { status: 410 } : { status: 307, headers: { location: elsewhere.url } },
  );
  const [moved = ''] = await addDeliveries(services, projectId, { url: `${receiver.url}/moved` });
  const [gone = ''] = await addDeliveries(services, projectId, { url: `${receiver.url}/gone` });
  startDeliverer();
  await untilTried(moved, 1);
  await untilState(gone, 'dead');
  expect(await deliveryById(services.db, moved)).toMatchObject({ state: 'pending' });
  expect(await attemptsOf(services.db, moved)).toMatchObject([
    { status: 307, error: expect.stringContaining('redirects are not followed') as string },
  ]);
  expect((await deliveryById(services.db, gone)).reason).toContain('410 Gone');
  expect(elsewhere.events).toEqual([]);
  await elsewhere[Symbol.asyncDispose]();
});

test('a name that has a private address is not called, and the log says why', async () => {
  const egress = createEgress({ allow: [], lookup: async () => ['127.0.0.1'] });
  const { port } = receiver;
  const [id = ''] = await addDeliveries(services, projectId, { url: `http://hook.example:${port}/` });
  startDeliverer({}, { ...services, egress });
  await untilTried(id, 1);
  expect(await attemptsOf(services.db, id)).toMatchObject([
    { status: null, response: null, error: expect.stringContaining('SHEAF_EGRESS_ALLOW') as string },
  ]);
  expect(receiver.events).toEqual([]);
});

test('after the window it is given up, and the reason is the last attempt', async () => {
  receiver.answerWith(() => ({ status: 500 }));
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  await sql`update webhook_deliveries set tries = 7, first_try_at = now() - interval '61 minutes'`.execute(
    services.db,
  );
  startDeliverer({}, withLimits(services, { webhookRetryHours: 1 }));
  await untilState(id, 'dead');
  const dead = await deliveryById(services.db, id);
  expect(dead.reason).toBe('Given up after 8 attempts. The last one: The endpoint answered 500.');
  expect(dead.ended_at).not.toBeNull();
});

test('an endpoint that never answers holds up nobody else, however much waits for it', async () => {
  const silent = await startReceiver(() => undefined);
  const silentIds = await addDeliveries(services, projectId, { url: silent.url }, 1_000);
  const deliverer = startDeliverer({ timeoutMs: 1_500, concurrency: 8 });
  await until('the silent endpoint to be called', () => silent.events.length > 0);
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  deliverer.wake();
  await untilState(id, 'delivered');
  // A few at a time, and one at a time once it is known to fail.
  expect(silent.events.length).toBeLessThanOrEqual(4);
  await until('a call after the first few', () => silent.events.length > 4);
  const { host } = new URL(silent.url);
  await until('the endpoint to be called one at a time', async () => {
    const counted = await sql<{ n: number }>`
      select count(*) as n from webhook_deliveries where queued and host = ${host}`.execute(services.db);
    return counted.rows[0]?.n === 1;
  });
  const states = await sql<{ state: string }>`
    select distinct state from webhook_deliveries where id = any(${silentIds}::uuid[])`.execute(services.db);
  expect(states.rows).toEqual([{ state: 'pending' }]);
  await silent[Symbol.asyncDispose]();
});

test('many events to one endpoint by several processes: each arrives, and few at the same time', async () => {
  const ids = await addDeliveries(services, projectId, { url: receiver.url }, 120);
  startDeliverer();
  startDeliverer();
  await until('all events', () => receiver.events.length >= ids.length);
  expect(new Set(receiver.events.map((event) => event.id)).size).toBe(ids.length);
  expect(receiver.events).toHaveLength(ids.length);
});

test('a stopped process gives back what is under way; another one delivers it', async () => {
  receiver.answerWith(() => undefined);
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  const first = startDeliverer();
  await until('the call', () => receiver.events.length === 1);
  await first.stop(0);
  expect(await deliveryById(services.db, id)).toMatchObject({ state: 'pending', attempts: 0 });
  receiver.answerWith(() => ({ status: 200 }));
  startDeliverer();
  await untilState(id, 'delivered');
  expect(receiver.events.map((event) => event.id)).toEqual([`evt-${id}`, `evt-${id}`]);
});

test('an answer that comes when somebody else has taken over does not count', async () => {
  receiver.answerWith((_, earlier) => ({ status: earlier === 0 ? 500 : 200 }));
  const [id = ''] = await addDeliveries(services, projectId, { url: receiver.url });
  let lost = false;
  const queue: Services['queue'] = {
    ...services.queue,
    async settle(tx, name, tickets) {
      if (lost || tickets.length === 0) return services.queue.settle(tx, name, tickets);
      // The lease ran out between claim and commit: the ticket is another holder's by now.
      lost = true;
      await services.queue.revive(tx, name, [id]);
      return services.queue.settle(tx, name, tickets);
    },
  };
  startDeliverer({}, { ...services, queue });
  await untilState(id, 'delivered');
  expect(receiver.events.map((event) => event.id)).toEqual([`evt-${id}`, `evt-${id}`]);
  expect(await attemptsOf(services.db, id)).toMatchObject([{ number: 1, status: 200 }]);
});

test('a result that the database refuses holds up no other one', async () => {
  const [refused = '', ...others] = await addDeliveries(services, projectId, { url: receiver.url }, 4);
  const queue: Services['queue'] = {
    ...services.queue,
    async settle(tx, name, tickets) {
      if (tickets.some((ticket) => ticket.id === refused)) throw new Error('refused');
      return services.queue.settle(tx, name, tickets);
    },
  };
  startDeliverer({}, { ...services, queue });
  for (const id of others) await untilState(id, 'delivered');
  expect(await deliveryById(services.db, refused)).toMatchObject({ state: 'pending', attempts: 0 });
});

test('what waits for a saved configuration goes where it points now, and is dead when it is deleted', async () => {
  const moved = await startReceiver();
  const fields = { webhook_url: 'https://nowhere.invalid', webhook_signing_secret: 'old' };
  const [kept, doomed] = [
    await createWebhookConfig(services, projectId, fields),
    await createWebhookConfig(services, projectId, fields),
  ];
  const batch = await addBatch(services, projectId, 1);
  await inTransaction(services.db, async (tx) => {
    await subscribe(tx, batch.id, [{ configId: kept.id }, { configId: doomed.id }]);
    const event = {
      id: 'evt-x',
      type: 'batch.success',
      projectId,
      batchId: batch.id,
      data: { id: batch.id },
    };
    await insertBatchEvent(tx, event);
    await insertBatchEvent(tx, event);
  });
  await changeWebhookConfig(services, projectId, kept.id, {
    webhook_url: moved.url,
    webhook_signing_secret: null,
  });
  await deleteWebhookConfig(services, projectId, doomed.id);
  startDeliverer();
  await until('the event', () => moved.events.length === 1);
  expect(moved.events[0]?.headers['lc-signature']).toBeUndefined();
  const rows = await services.db.selectFrom('webhook_deliveries').selectAll().execute();
  expect(rows).toHaveLength(2);
  const dead = rows.find((row) => row.config_id === doomed.id);
  expect(dead).toMatchObject({ state: 'dead', reason: expect.stringContaining('deleted') as string });
  await moved[Symbol.asyncDispose]();
});

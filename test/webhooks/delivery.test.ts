import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

/** Events of a real server at a real receiver. */

const PATIENCE_MS = 60_000;
const SECRET = 'whsec-żółć';

let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;
let receiver: WebhookReceiver;

const start = async (
  environment: Record<string, string> = { SHEAF_EGRESS_ALLOW: '127.0.0.1' },
): Promise<void> => {
  server = await startServer(dataDir, environment);
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
};

beforeAll(async () => {
  dataDir = await makeDataDir();
  await start();
}, PATIENCE_MS);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver[Symbol.asyncDispose]());
afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: { status: number | null; error: string | null; response: string | null }[];
  readonly next_attempt_at: string | null;
}

const logOf = async (batchId: string): Promise<Delivery[]> =>
  (await client.get<{ items: Delivery[] }>(`/api/v2/batches/${batchId}/webhook-deliveries?page_size=100`))
    .items;

async function createBatch(
  hooks: Pick<LlamaCloud.BatchCreateParams, 'webhook_configurations' | 'webhook_configuration_ids'>,
  configurationId = 'cfg-PARSE_FAST',
): Promise<string> {
  const directory = await client.beta.directories.create({ name: 'told' });
  const bytes = await exampleDocument('letter.pdf');
  await client.beta.directories.files.upload(directory.id, { upload_file: new File([bytes], 'letter.pdf') });
  const batch = await client.batches.create({
    source_directory_id: directory.id,
    config: { job: { type: 'parse_v2', configuration_id: configurationId } },
    ...hooks,
  });
  return batch.id;
}

const untilReceived = (types: string[], path: string): Promise<void> =>
  waitUntil(
    () => types.every((type) => receiver.events.some((event) => event.type === type && event.path === path)),
    PATIENCE_MS,
    `${types.join()} at ${path}; there came ${receiver.events.map((event) => event.path + event.type).join()}`,
  );

/** What a receiver does that trusts nobody: both signatures over the raw bytes. */
function expectSigned(event: WebhookReceiver['events'][number]): void {
  const hmac = (...parts: (string | Buffer)[]) =>
    parts.reduce((sum, part) => sum.update(part), createHmac('sha256', SECRET)).digest('hex');
  expect(event.headers['lc-signature']).toBe(`sha256=${hmac(event.body)}`);
  const [, time = '', signature] =
    /^t=(\d+),v1=(\w+)$/.exec(String(event.headers['x-sheaf-signature'])) ?? [];
  expect(signature).toBe(hmac(`${time}.`, event.body));
  expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(120);
}

test(
  'a batch tells of itself and of its jobs, in both formats, signed',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    const hook = { webhook_signing_secret: SECRET, webhook_headers: { 'X-Team': 'papers' } };
    const configuration = await client.configurations.create({
      name: 'told',
      parameters: {
        product_type: 'parse_v2',
        tier: 'fast',
        version: 'latest',
        webhook_configurations: [
          { ...hook, webhook_url: `${receiver.url}/jobs`, webhook_output_format: 'json' },
        ],
      },
    });
    const batchId = await createBatch(
      { webhook_configurations: [{ ...hook, webhook_url: `${receiver.url}/batch` }] },
      configuration.id,
    );
    await untilReceived(['batch.pending', 'batch.running', 'batch.success'], '/batch');
    await untilReceived(['parse.pending', 'parse.running', 'parse.success'], '/jobs');
    expect(receiver.events).toHaveLength(6);
    for (const event of receiver.events) {
      expectSigned(event);
      expect(event.headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'llamaindex-webhook-service/1.0',
        'x-team': 'papers',
      });
      const outer = JSON.parse(event.body.toString()) as unknown;
      expect(typeof outer).toBe(event.path === '/batch' ? 'string' : 'object');
      const payload = (typeof outer === 'string' ? JSON.parse(outer) : outer) as Record<string, unknown>;
      expect(payload).toMatchObject({ event_id: event.id, event_type: event.type });
      expect(payload['timestamp']).toBeCloseTo(Date.now() / 1000, -3);
      expect(payload['data']).toMatchObject(
        event.path === '/batch'
          ? { id: batchId, job_id: batchId }
          : { batch_id: batchId, name: 'letter.pdf' },
      );
    }
    await waitUntil(
      async () => (await logOf(batchId)).every((delivery) => delivery.state === 'delivered'),
      PATIENCE_MS,
      'the log to say so',
    );
    expect(await logOf(batchId)).toHaveLength(6);
  },
);

test(
  'a refusal is repeated until it is none, with the same bytes',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    receiver.answerWith((_, earlier) =>
      earlier === 0 ? { status: 500, body: 'not today' } : { status: 200 },
    );
    const hook = { webhook_url: `${receiver.url}/twice`, webhook_events: ['batch.pending' as const] };
    const batchId = await createBatch({ webhook_configurations: [hook] });
    await waitUntil(() => receiver.events.length === 2, PATIENCE_MS, 'the second attempt');
    const [first, second] = receiver.events;
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toEqual(first?.body);
    await waitUntil(async () => (await logOf(batchId))[0]?.state === 'delivered', PATIENCE_MS, 'the log');
    expect((await logOf(batchId))[0]?.attempts).toMatchObject([
      { status: 500, response: 'not today' },
      { status: 200, error: null },
    ]);
  },
);

test(
  'a saved configuration can be tested, and its events sent again',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    const { id } = await client.webhookConfigs.create({
      webhook_url: `${receiver.url}/saved`,
      webhook_signing_secret: SECRET,
      webhook_events: ['batch.success'],
    });
    const base = `/api/v1/beta/webhook-configs/${id}`;
    const tested = await client.post<Delivery>(`${base}/test`);
    expect(tested).toMatchObject({
      event_type: 'unmapped_event',
      state: 'delivered',
      attempts: [{ status: 200 }],
    });
    const batchId = await createBatch({ webhook_configuration_ids: [id] });
    await untilReceived(['batch.success'], '/saved');
    await waitUntil(async () => (await logOf(batchId))[0]?.state === 'delivered', PATIENCE_MS, 'the log');
    const log = await client.get<{ items: Delivery[] }>(`${base}/deliveries?state=delivered`);
    expect(log.items.map((delivery) => delivery.event_type)).toEqual(['batch.success', 'unmapped_event']);
    await client.post(`${base}/deliveries/${log.items[0]?.id}/replay`);
    await waitUntil(() => receiver.events.length === 3, PATIENCE_MS, 'the replay');
    const ids = receiver.events.map((event) => event.id);
    expect(ids[2]).toBe(ids[1]);
    for (const event of receiver.events) expectSigned(event);
  },
);

/** Most machines know their own name; where one does not, the unit test with a name server of its own must do. */
const knowsItself = await lookup(hostname()).then(
  () => true,
  () => false,
);

test.skipIf(!knowsItself)(
  'a name that leads to this machine is refused, and the log says why',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    await server.stop();
    // `127.0.0.1` is closed now; a name that resolves to it is found out only when it is called.
    await start({});
    const url = `http://${hostname()}:${receiver.port}/`;
    const batchId = await createBatch({ webhook_configurations: [{ webhook_url: url }] });
    await waitUntil(
      async () => (await logOf(batchId)).some((delivery) => delivery.attempts.length > 0),
      PATIENCE_MS,
      'an attempt',
    );
    const tried = (await logOf(batchId)).find((delivery) => delivery.attempts.length > 0);
    expect(tried?.attempts[0]).toMatchObject({
      status: null,
      error: expect.stringMatching(/SHEAF_EGRESS_ALLOW/) as string,
    });
    expect(tried).toMatchObject({ state: 'pending', next_attempt_at: expect.any(String) as string });
    expect(receiver.events).toEqual([]);
    await server.stop();
    await start();
  },
);

test(
  'killed while an event is on its way, it arrives under the same id',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    receiver.answerWith(() => undefined);
    const hook = { webhook_url: `${receiver.url}/killed`, webhook_events: ['batch.pending' as const] };
    const batchId = await createBatch({ webhook_configurations: [hook] });
    await waitUntil(() => receiver.events.length === 1, PATIENCE_MS, 'the call');
    await server.kill();
    receiver.answerWith(() => ({ status: 200 }));
    await start();
    await waitUntil(() => receiver.events.length >= 2, PATIENCE_MS, 'the event after the restart');
    expect(new Set(receiver.events.map((event) => event.id)).size).toBe(1);
    await waitUntil(async () => (await logOf(batchId))[0]?.state === 'delivered', PATIENCE_MS, 'the log');
  },
);

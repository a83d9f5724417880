import LlamaCloud, {
  BadRequestError,
  NotFoundError,
  UnprocessableEntityError,
} from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { checkingFetch } from './checking-fetch.ts';

/** Every method of `client.webhookConfigs`, against a live server, and batches that name what was saved. */

const URL = 'https://example.com/webhooks';

let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;
const answers = checkingFetch();

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir);
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, fetch: answers.fetch });
});
afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

test('create gives back everything but the secret', async () => {
  const created = await client.webhookConfigs.create({
    webhook_url: URL,
    webhook_events: ['batch.success', 'unmapped_event'],
    webhook_headers: { Authorization: 'Bearer token' },
    webhook_output_format: 'json',
    webhook_signing_secret: 'whsec-secret',
  });
  expect(created).toMatchObject({
    id: expect.stringMatching(/^whc-/) as string,
    tenant_type: 'project',
    webhook_url: URL,
    has_secret: true,
    webhook_events: ['batch.success', 'unmapped_event'],
    webhook_headers: { Authorization: 'Bearer token' },
    webhook_output_format: 'json',
  });
  expect(JSON.stringify(created)).not.toContain('whsec-secret');
  const [project] = await client.projects.list();
  expect(created.tenant_id).toBe(project?.id);
  expect(await client.webhookConfigs.retrieve(created.id)).toEqual(created);
});

test('the least is a URL; the list is an array with the newest first', async () => {
  const plain = await client.webhookConfigs.create({ webhook_url: `${URL}/plain` });
  expect(plain).toMatchObject({ has_secret: false, webhook_events: null, webhook_headers: null });
  expect(plain.webhook_output_format).toBe('string');
  const list = await client.webhookConfigs.list();
  expect(Array.isArray(list)).toBe(true);
  expect(list[0]).toEqual(plain);
  const older = await client.webhookConfigs.create({ webhook_url: URL });
  const newer = await client.webhookConfigs.create({ webhook_url: URL });
  const ids = (await client.webhookConfigs.list()).map((config) => config.id);
  expect(ids.slice(0, 3)).toEqual([newer.id, older.id, plain.id]);
});

test('update changes what is given', async () => {
  const { id } = await client.webhookConfigs.create({ webhook_url: URL, webhook_signing_secret: 'a' });
  const updated = await client.webhookConfigs.update(id, { webhook_events: ['parse.error'] });
  expect(updated).toMatchObject({ webhook_url: URL, has_secret: true, webhook_events: ['parse.error'] });
  expect(await client.webhookConfigs.update(id, { webhook_signing_secret: null })).toMatchObject({
    has_secret: false,
    webhook_events: ['parse.error'],
  });
  expect(await client.webhookConfigs.update(id, {})).toMatchObject({ webhook_events: ['parse.error'] });
});

test('delete answers with nothing, and then it is not there', async () => {
  const { id } = await client.webhookConfigs.create({ webhook_url: URL });
  expect(await client.webhookConfigs.delete(id)).toBeNull();
  for (const act of [
    () => client.webhookConfigs.retrieve(id),
    () => client.webhookConfigs.update(id, { webhook_url: URL }),
    () => client.webhookConfigs.delete(id),
  ]) {
    await expect(act()).rejects.toThrow(NotFoundError);
  }
});

test.each<[Record<string, unknown>, (string | number)[]]>([
  [{}, ['webhook_url']],
  [{ webhook_url: 'ftp://example.com' }, ['webhook_url']],
  [{ webhook_url: 'http://169.254.169.254/latest' }, ['webhook_url']],
  [{ webhook_url: URL, webhook_events: [] }, ['webhook_events']],
  [{ webhook_url: URL, webhook_events: ['batch.done'] }, ['webhook_events', 0]],
  [{ webhook_url: URL, webhook_output_format: 'xml' }, ['webhook_output_format']],
  [{ webhook_url: URL, webhook_headers: { Host: 'evil' } }, ['webhook_headers', 'Host']],
  [{ webhook_url: URL, webhook_headers: { 'LC-Signature': 'forged' } }, ['webhook_headers', 'LC-Signature']],
  [{ webhook_url: URL, webhook_headers: { 'X-A': 'a\nb' } }, ['webhook_headers', 'X-A']],
])('%j is refused by the name of the field', async (fields, place) => {
  const refusal = await client.webhookConfigs
    .create(fields as unknown as LlamaCloud.WebhookConfigCreateParams)
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UnprocessableEntityError);
  const { detail } = (refusal as UnprocessableEntityError).error as { detail: { loc: unknown[] }[] };
  expect(detail[0]?.loc).toEqual(['body', ...place]);
});

test('a batch may name up to four that were saved; an unknown one is 404', async () => {
  const directory = await client.beta.directories.create({ name: 'told' });
  const bytes = await exampleDocument('letter.pdf');
  await client.beta.directories.files.upload(directory.id, { upload_file: new File([bytes], 'letter.pdf') });
  const { id } = await client.webhookConfigs.create({ webhook_url: 'https://hook.invalid/batch' });
  const create = (ids: string[]) =>
    client.batches.create({
      source_directory_id: directory.id,
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
      webhook_configuration_ids: ids,
    });
  const batch = await create([id]);
  await expect(create([id, 'whc-none'])).rejects.toThrow(NotFoundError);
  await expect(create(Array.from({ length: 5 }, () => id))).rejects.toThrow(UnprocessableEntityError);
  const log = await client.get<{ items: { event_type: string; webhook_configuration_id: string }[] }>(
    `/api/v2/batches/${batch.id}/webhook-deliveries`,
  );
  expect(log.items.at(-1)).toMatchObject({ event_type: 'batch.pending', webhook_configuration_id: id });
  const ofConfig = await client.get<{ items: unknown[] }>(`/api/v1/beta/webhook-configs/${id}/deliveries`);
  expect(ofConfig.items.length).toBeGreaterThan(0);
  await client.webhookConfigs.delete(id);
  const dead = await client.get<{ items: { id: string; state: string; reason: string }[] }>(
    `/api/v2/batches/${batch.id}/webhook-deliveries?state=dead`,
  );
  expect(dead.items.at(-1)?.reason).toContain('deleted');
  await expect(
    client.post(`/api/v2/batches/${batch.id}/webhook-deliveries/${dead.items[0]?.id}/replay`),
  ).rejects.toThrow(BadRequestError);
});

test('every answer agreed with its schema', () => {
  expect(answers.violations()).toEqual([]);
  expect(answers.checked()).toBeGreaterThan(25);
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import {
  changeWebhookConfig,
  createWebhookConfig,
  deleteWebhookConfig,
  getWebhookConfig,
  listWebhookConfigs,
} from './webhook-configs.ts';

let bench: TestServices;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const FIELDS = {
  webhook_url: 'https://example.com/hook',
  webhook_headers: { Authorization: 'Bearer x' },
  webhook_signing_secret: 'whsec',
  webhook_events: ['batch.success'],
  webhook_output_format: 'json',
};

test('a configuration is kept as it was given, and belongs to its project', async () => {
  const { services } = bench;
  const { id } = await createWebhookConfig(services, projectId, FIELDS);
  expect(id).toMatch(/^whc-/);
  expect(await getWebhookConfig(services, projectId, id)).toMatchObject({
    url: FIELDS.webhook_url,
    host: 'example.com',
    headers: FIELDS.webhook_headers,
    signing_secret: 'whsec',
    events: ['batch.success'],
    output_format: 'json',
  });
  const other = await addProject(services.db);
  expect(await listWebhookConfigs(services, other)).toEqual([]);
  for (const act of [
    () => getWebhookConfig(services, other, id),
    () => changeWebhookConfig(services, other, id, {}),
    () => deleteWebhookConfig(services, other, id),
  ]) {
    await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});

test('the list has the newest first', async () => {
  const { services } = bench;
  const ids: string[] = [];
  for (const path of ['a', 'b', 'c']) {
    const fields = { webhook_url: `https://example.com/${path}` };
    ids.push((await createWebhookConfig(services, projectId, fields)).id);
  }
  const listed = await listWebhookConfigs(services, projectId);
  expect(listed.map((config) => config.id)).toEqual(ids.toReversed());
});

test('only given fields change; null takes one away, but never the URL', async () => {
  const { services } = bench;
  const { id } = await createWebhookConfig(services, projectId, FIELDS);
  const change = async (fields: object) => changeWebhookConfig(services, projectId, id, fields);
  const kept = { headers: FIELDS.webhook_headers, signing_secret: 'whsec', events: ['batch.success'] };
  expect(await change({ webhook_url: 'https://example.org:8443/' })).toMatchObject({
    ...kept,
    url: 'https://example.org:8443/',
    host: 'example.org:8443',
    output_format: 'json',
  });
  expect(await change({})).toMatchObject(kept);
  expect(await change({ webhook_url: null, webhook_events: null })).toMatchObject({
    url: 'https://example.org:8443/',
    events: null,
    signing_secret: 'whsec',
  });
  const nulls = { webhook_headers: null, webhook_signing_secret: null, webhook_output_format: null };
  expect(await change(nulls)).toMatchObject({ headers: null, signing_secret: null, output_format: 'string' });
});

test.each([
  [{ webhook_url: 'http://127.0.0.1:9/' }, 'webhook_url'],
  [{ webhook_url: 'http://localhost/' }, 'webhook_url'],
  [{ webhook_url: 'https://example.com', webhook_events: [] }, 'webhook_events'],
])('%j is refused at create and at change', async (fields, field) => {
  const { services } = bench;
  const refusal = { code: 'VALIDATION_FAILED', issues: [{ loc: ['body', field] }] };
  await expect(createWebhookConfig(services, projectId, fields)).rejects.toMatchObject(refusal);
  const { id } = await createWebhookConfig(services, projectId, FIELDS);
  await expect(changeWebhookConfig(services, projectId, id, fields)).rejects.toMatchObject(refusal);
});

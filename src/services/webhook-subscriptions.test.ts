import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { addStoredFile, createRequest, fastParse } from '../../test/support/parse-job-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Services } from './context.ts';
import { createParseJob } from './create-parse-job.ts';
import { saveConfiguration } from './configurations.ts';
import { createWebhookConfig } from './webhook-configs.ts';
import { MAX_INLINE_WEBHOOKS, resolveSubscriptions } from './webhook-subscriptions.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const URL_OF_HOOK = 'http://127.0.0.1:9/';
const inline = (count: number) => Array.from({ length: count }, () => ({ webhook_url: URL_OF_HOOK }));

test('a request brings at most so many endpoints along', async () => {
  const wish = (count: number) =>
    resolveSubscriptions(services, projectId, { configurationIds: [], inline: inline(count) }, ['body']);
  expect(await wish(MAX_INLINE_WEBHOOKS)).toHaveLength(MAX_INLINE_WEBHOOKS);
  await expect(wish(MAX_INLINE_WEBHOOKS + 1)).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [{ type: 'too_long', loc: ['body', 'webhook_configurations'] }],
  });
});

test('a job has at most four saved webhooks, those of its configuration included', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ids.push((await createWebhookConfig(services, projectId, { webhook_url: URL_OF_HOOK })).id);
  }
  const configuration = await saveConfiguration(services, projectId, {
    name: 'told',
    productType: 'parse_v2',
    parameters: {
      product_type: 'parse_v2',
      tier: 'fast',
      version: 'latest',
      webhook_configuration_ids: ids.slice(0, 3),
    },
  });
  const fileId = await addStoredFile(services, projectId);
  const create = (more: readonly string[]) =>
    createParseJob(
      services,
      createRequest(projectId, 0, 0),
      { fileId },
      {
        ...fastParse(),
        options: { webhook_configuration_ids: [...more] },
        configurationId: configuration.id,
      },
    );
  await expect(create(ids.slice(3))).rejects.toMatchObject({
    issues: [{ type: 'too_long', loc: ['body', 'webhook_configuration_ids'] }],
  });
  expect((await create(ids.slice(2, 4))).job.status).toBe('PENDING');
});

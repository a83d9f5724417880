import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { withoutSecrets } from '../model/configuration-secrets.ts';
import { newId } from '../model/ids.ts';
import { PARSE_PRESETS } from '../model/parse-presets.ts';
import { LATEST_PARSE_VERSION } from '../model/parse-versions.ts';
import {
  changeConfiguration,
  deleteConfiguration,
  getConfiguration,
  listSavedConfigurations,
  resolveParameters,
  saveConfiguration,
} from './configurations.ts';
import type { Services } from './context.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const parse = (name: string, parameters: Record<string, unknown> = {}) => ({
  name,
  productType: 'parse_v2',
  parameters: { product_type: 'parse_v2', tier: 'fast', version: 'latest', ...parameters },
});

const EXTRACT = {
  product_type: 'extract_v2',
  data_schema: { type: 'object', properties: { total: { type: 'number' } } },
};

test('one of the same product and name is overwritten: same id, new version', async () => {
  const first = await saveConfiguration(services, projectId, parse('ours'));
  const second = await saveConfiguration(services, projectId, parse('ours', { tier: 'agentic' }));
  expect(second.id).toBe(first.id);
  expect(second.createdAt).toEqual(first.createdAt);
  expect(second.version.getTime()).toBeGreaterThan(first.version.getTime());
  expect((await getConfiguration(services, projectId, first.id)).parameters).toMatchObject({
    tier: 'agentic',
  });
});

test('versions differ also of changes within a millisecond', async () => {
  const saved = await Promise.all(
    Array.from({ length: 8 }, (_, n) => saveConfiguration(services, projectId, parse('ours', { n }))),
  );
  expect(new Set(saved.map((one) => one.id)).size).toBe(1);
  expect(new Set(saved.map((one) => one.version.getTime())).size).toBe(8);
});

test('another product, or another project, has names of its own', async () => {
  const mine = await saveConfiguration(services, projectId, parse('ours'));
  const extract = await saveConfiguration(services, projectId, {
    name: 'ours',
    productType: 'extract_v2',
    parameters: EXTRACT,
  });
  const theirs = await saveConfiguration(services, await addProject(services.db), parse('ours'));
  expect(new Set([mine.id, extract.id, theirs.id]).size).toBe(3);
  await expect(getConfiguration(services, projectId, theirs.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(getConfiguration(services, projectId, newId('configuration'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test.each(PARSE_PRESETS.map((preset) => preset.name))(
  'the name %s of a built-in one is refused',
  async (name) => {
    await expect(saveConfiguration(services, projectId, parse(name))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(name),
    });
  },
);

test('built-in ones are found in every project and listed in none', async () => {
  for (const { id } of PARSE_PRESETS) {
    expect(await getConfiguration(services, projectId, id)).toMatchObject({
      id,
      productType: 'parse_v2',
      createdAt: null,
    });
  }
  expect((await listSavedConfigurations(services, projectId, {})).items).toEqual([]);
});

test('a version that the tier never had is refused, with those that it has', async () => {
  await expect(
    saveConfiguration(services, projectId, parse('ours', { tier: 'fast', version: '2026-09-07' })),
  ).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [
      {
        loc: ['body', 'parameters', 'version'],
        msg: expect.stringMatching(/fast has no version 2026-09-07.*2026-06-15/),
      },
    ],
  });
  const saved = await saveConfiguration(
    services,
    projectId,
    parse('ours', { tier: 'agentic', version: '2026-09-07' }),
  );
  expect(saved.parameters).toMatchObject({ version: '2026-09-07' });
});

test('a job keeps the version that latest means today, and a dated one as it is', async () => {
  const latest = await saveConfiguration(services, projectId, parse('latest', { tier: 'agentic' }));
  expect(resolveParameters(latest)).toMatchObject({ tier: 'agentic', version: LATEST_PARSE_VERSION.agentic });
  const dated = await saveConfiguration(
    services,
    projectId,
    parse('dated', { tier: 'fast', version: '2025-12-11' }),
  );
  expect(resolveParameters(dated)).toEqual(dated.parameters);
});

test('saved ones are listed newest first, filtered by name and product, page by page', async () => {
  for (const name of ['one', 'two', 'three']) await saveConfiguration(services, projectId, parse(name));
  await saveConfiguration(services, projectId, {
    name: 'fields',
    productType: 'extract_v2',
    parameters: EXTRACT,
  });
  const names = async (query: Parameters<typeof listSavedConfigurations>[2]) =>
    (await listSavedConfigurations(services, projectId, query)).items.map((item) => item.name);
  expect(await names({})).toEqual(['fields', 'three', 'two', 'one']);
  expect(await names({ name: 'two' })).toEqual(['two']);
  expect(await names({ productTypes: ['extract_v2'] })).toEqual(['fields']);
  const { nextPageToken } = await listSavedConfigurations(services, projectId, { pageSize: 2 });
  expect(await names({ pageSize: 2, pageToken: nextPageToken ?? '' })).toEqual(['two', 'one']);
});

test('a repeated save changes nothing, whatever the order of the keys', async () => {
  const first = await saveConfiguration(
    services,
    projectId,
    parse('ours', { page_ranges: { max_pages: 1 } }),
  );
  const { parameters } = parse('ours', { page_ranges: { max_pages: 1 } });
  const reversed = Object.fromEntries(Object.entries(parameters).toReversed());
  const again = await saveConfiguration(services, projectId, { ...parse('ours'), parameters: reversed });
  expect(again).toEqual(first);
});

test('a change bumps the version only when the parameters change', async () => {
  const first = await saveConfiguration(services, projectId, parse('ours'));
  const same = { name: 'ours', parameters: { ...parse('ours').parameters, product_type: 'parse_v2' } };
  expect(await changeConfiguration(services, projectId, first.id, {})).toEqual(first);
  expect(await changeConfiguration(services, projectId, first.id, { name: null, parameters: null })).toEqual(
    first,
  );
  expect(await changeConfiguration(services, projectId, first.id, same)).toEqual(first);

  const renamed = await changeConfiguration(services, projectId, first.id, { name: 'theirs' });
  expect(renamed).toMatchObject({ id: first.id, name: 'theirs', version: first.version });
  expect(renamed.updatedAt?.getTime()).toBeGreaterThanOrEqual(first.updatedAt?.getTime() ?? 0);

  const parameters = { product_type: 'parse_v2', tier: 'agentic', version: 'latest' };
  const changed = await changeConfiguration(services, projectId, first.id, { parameters });
  expect(changed.version.getTime()).toBeGreaterThan(first.version.getTime());
  expect(changed).toMatchObject({ name: 'theirs', parameters });
});

test('a change can neither take a name that is taken, nor a reserved one, nor another product', async () => {
  const { id } = await saveConfiguration(services, projectId, parse('ours'));
  await saveConfiguration(services, projectId, parse('taken'));
  const change = (wish: Parameters<typeof changeConfiguration>[3]) =>
    changeConfiguration(services, projectId, id, wish);
  await expect(change({ name: 'taken' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(change({ name: 'PARSE_FAST' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await expect(change({ parameters: { ...EXTRACT } })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('parse_v2'),
  });
  expect(await getConfiguration(services, projectId, id)).toMatchObject({ name: 'ours' });
});

test('parameters that break a rule are refused, on creation and on change', async () => {
  const bad = parse('ours', { fast_options: {}, tier: 'agentic', page_ranges: { target_pages: '0' } });
  const refused = {
    code: 'VALIDATION_FAILED',
    issues: [
      { loc: ['body', 'parameters', 'fast_options'] },
      { loc: ['body', 'parameters', 'page_ranges', 'target_pages'], input: '0' },
    ],
  };
  await expect(saveConfiguration(services, projectId, bad)).rejects.toMatchObject(refused);
  const { id } = await saveConfiguration(services, projectId, parse('ours'));
  const change = { parameters: { ...bad.parameters, product_type: 'parse_v2' } };
  await expect(changeConfiguration(services, projectId, id, change)).rejects.toMatchObject(refused);
});

test('a parse configuration that extraction stands on must be there and be one', async () => {
  const extract = (parse_config_id: string) =>
    saveConfiguration(services, projectId, {
      name: 'fields',
      productType: 'extract_v2',
      parameters: { ...EXTRACT, parse_config_id },
    });
  const theirs = await saveConfiguration(services, await addProject(services.db), parse('theirs'));
  for (const id of [newId('configuration'), theirs.id]) {
    await expect(extract(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  const ours = await saveConfiguration(services, projectId, parse('ours'));
  const saved = await extract(ours.id);
  await extract('cfg-PARSE_AGENTIC');
  await expect(extract(saved.id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

test('webhooks that a parse configuration names must be there and be callable', async () => {
  const save = (options: object) => saveConfiguration(services, projectId, parse('told', { ...options }));
  await expect(save({ webhook_configuration_ids: [newId('webhookConfig')] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(save({ webhook_configurations: [{ webhook_url: 'https:' }] })).rejects.toMatchObject({
    issues: [{ loc: ['body', 'parameters', 'webhook_configurations', 0, 'webhook_url'] }],
  });
  await save({
    webhook_configurations: [{ webhook_url: 'https://hooks.example.com/in', webhook_events: null }],
  });
});

test('a deleted one is gone, and its name is free again', async () => {
  const first = await saveConfiguration(services, projectId, parse('ours'));
  await expect(deleteConfiguration(services, await addProject(services.db), first.id)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await deleteConfiguration(services, projectId, first.id);
  await expect(deleteConfiguration(services, projectId, first.id)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(changeConfiguration(services, projectId, first.id, {})).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const second = await saveConfiguration(services, projectId, parse('ours'));
  expect(second.id).not.toBe(first.id);
  for (const { id } of PARSE_PRESETS) {
    await expect(deleteConfiguration(services, projectId, id)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(changeConfiguration(services, projectId, id, {})).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  }
});

test('secrets that were read without and are sent back stay; those that are given take their place', async () => {
  const hook = (path: string, secret?: string) => ({
    webhook_url: `https://example.org/${path}`,
    ...(secret !== undefined && { webhook_signing_secret: secret }),
  });
  const hooks = (...list: object[]) => ({ webhook_configurations: list });
  const [one, two] = ['1'.repeat(32), '2'.repeat(32)];
  const input_options = { password: 'open' };
  const made = await saveConfiguration(
    services,
    projectId,
    parse('ours', { ...hooks(hook('a', one), hook('b', two)), input_options }),
  );
  const told = withoutSecrets(made.parameters);
  expect(JSON.stringify(told)).not.toMatch(/1111|2222|open/);

  const parameters = told as typeof told & { product_type: string };
  const changed = await changeConfiguration(services, projectId, made.id, { parameters });
  expect(changed).toMatchObject({ parameters: made.parameters, version: made.version });
  const saved = await saveConfiguration(services, projectId, {
    ...parse('ours'),
    parameters: { ...parameters, ...hooks(hook('b'), hook('c'), hook('a', two)) },
  });
  expect(saved.parameters).toMatchObject({
    ...hooks(hook('b', two), hook('c'), hook('a', two)),
    input_options,
  });
  const { input_options: _, ...without } = parameters;
  const bare = await changeConfiguration(services, projectId, made.id, {
    parameters: { ...without, product_type: 'parse_v2', input_options: null },
  });
  expect(bare.parameters).toMatchObject({ input_options: null });
});

test('parameters of more than 256 KiB are refused', async () => {
  const save = (length: number) =>
    saveConfiguration(services, projectId, parse('ours', { client_name: 'é'.repeat(length / 2) }));
  await save(250 * 1024);
  await expect(save(256 * 1024)).rejects.toMatchObject({
    issues: [{ loc: ['body', 'parameters'], msg: expect.stringMatching(/at most 256 KiB/) }],
  });
});

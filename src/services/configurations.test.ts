import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import { PARSE_PRESETS } from '../model/parse-presets.ts';
import { LATEST_PARSE_VERSION } from '../model/parse-versions.ts';
import {
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
    parameters: { product_type: 'extract_v2', data_schema: {} },
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
  await saveConfiguration(services, projectId, { name: 'fields', productType: 'extract_v2', parameters: {} });
  const names = async (query: Parameters<typeof listSavedConfigurations>[2]) =>
    (await listSavedConfigurations(services, projectId, query)).items.map((item) => item.name);
  expect(await names({})).toEqual(['fields', 'three', 'two', 'one']);
  expect(await names({ name: 'two' })).toEqual(['two']);
  expect(await names({ productTypes: ['extract_v2'] })).toEqual(['fields']);
  const { nextPageToken } = await listSavedConfigurations(services, projectId, { pageSize: 2 });
  expect(await names({ pageSize: 2, pageToken: nextPageToken ?? '' })).toEqual(['two', 'one']);
});

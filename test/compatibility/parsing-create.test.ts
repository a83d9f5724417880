import { createReadStream } from 'node:fs';
import { BadRequestError, NotFoundError, toFile, UnprocessableEntityError } from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleDocument, exampleDocumentPath } from '../support/example-documents.ts';
import { FAST, openParsingSite, UNKNOWN, type ParsingSite } from './parsing-site.ts';

/** `client.parsing.create` in all its forms, against a live server. */

let site: ParsingSite;
let client: ParsingSite['client'];

beforeAll(async () => {
  site = await openParsingSite();
  ({ client } = site);
});

afterAll(async () => {
  await site?.close();
  expect(site.answers.violations()).toEqual([]);
  expect(site.answers.checked()).toBeGreaterThan(20);
});

test('create over a file by its id', async () => {
  const { id: fileId } = await site.addFile();
  const job = await client.parsing.create({ ...FAST, file_id: fileId, user_metadata: { team: 'a' } });
  expect(job).toMatchObject({ name: 'letter.pdf', tier: 'fast', user_metadata: { team: 'a' } });
  expect(job.id).toMatch(/^pjb-/);
  const { job: done } = await site.finished(job.id);
  expect(done).toMatchObject({ id: job.id, status: 'COMPLETED', error_message: null });
});

test.each([
  [
    'a File',
    async () => new File([await exampleDocument('invoice.pdf')], 'Größe – 表.pdf'),
    'Größe – 表.pdf',
  ],
  ['a stream', async () => createReadStream(exampleDocumentPath('invoice.pdf')), 'invoice.pdf'],
  [
    'a named stream',
    async () => toFile(createReadStream(exampleDocumentPath('invoice.pdf')), 'named.pdf'),
    'named.pdf',
  ],
])('create with %s', async (_, fileOf, name) => {
  const job = await client.parsing.create({ ...FAST, upload_file: await fileOf() });
  expect(job).toMatchObject({ name, status: 'PENDING' });
  expect((await site.finished(job.id, { expand: ['text'] })).text?.pages[0]?.text).toContain('Invoice');
  const files = await client.files.list({ file_name: name });
  expect(files.items[0]).toMatchObject({ name, purpose: 'parse' });
  expect(Date.parse(files.items[0]?.expires_at ?? '')).toBeGreaterThan(Date.now());
});

test('create over a document at an address', async () => {
  const job = await client.parsing.create({ ...FAST, source_url: `${site.origin}/letter.pdf` });
  expect(job.name).toBe('letter.pdf');
  expect((await site.finished(job.id, { expand: ['text_full'] })).text_full).toBeTruthy();

  const missing = await client.parsing.create({ ...FAST, source_url: `${site.origin}/nothing.pdf` });
  await expect(site.finished(missing.id)).rejects.toThrow(/FAILED \| Error: SOURCE_URL_FAILED: .*404/);
});

test('create with a configuration, saved or built in', async () => {
  const { id: fileId } = await site.addFile();
  const saved = await client.configurations.create({
    name: 'first page',
    parameters: { product_type: 'parse_v2', ...FAST, page_ranges: { max_pages: 1 } },
  });
  const configured = { tier: 'configured', version: 'configured' } as const;
  for (const id of [saved.id, 'cfg-PARSE_FAST']) {
    const job = await client.parsing.create({ ...configured, configuration_id: id, file_id: fileId });
    expect(job.tier).toBe('fast');
    const { raw_parameters: parameters } = (await site.finished(job.id, { expand: ['raw_parameters'] })) as {
      raw_parameters?: Record<string, unknown>;
    };
    expect(parameters?.['page_ranges']).toEqual(id === saved.id ? { max_pages: 1 } : undefined);
  }
});

test.each<[string, Record<string, unknown>, (string | number)[]]>([
  ['an unknown key', { file_id: UNKNOWN, target_pages: '1' }, ['body', 'target_pages']],
  ['a nested one', { file_id: UNKNOWN, crop_box: { middle: 1 } }, ['body', 'crop_box', 'middle']],
  ['both sources', { file_id: UNKNOWN, source_url: 'https://example.com/a' }, ['body', 'source_url']],
  ['no source', {}, ['body', 'file_id']],
  ['another scheme', { source_url: 'ftp://example.com/a' }, ['body', 'source_url']],
  ['an address inside', { source_url: 'http://10.1.2.3/a' }, ['body', 'source_url']],
  ['no tier', { file_id: UNKNOWN, tier: undefined }, ['body', 'tier']],
  ['a version of another tier', { file_id: UNKNOWN, version: '2026-09-07' }, ['body', 'version']],
  [
    'tags that are too long',
    { file_id: UNKNOWN, user_metadata: { a: 'x'.repeat(5000) } },
    ['body', 'user_metadata', 'a'],
  ],
])('create refuses %s and says where', async (_, wrong, loc) => {
  const refused = await client.parsing.create({ ...FAST, ...wrong }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UnprocessableEntityError);
  const { detail } = (refused as UnprocessableEntityError).error as { detail: { loc: unknown }[] };
  expect(detail.map((issue) => issue.loc)).toContainEqual(loc);
});

test('create refuses a bad configuration of an upload in words', async () => {
  const upload_file = new File(['x'], 'x.pdf');
  const wrong = { tier: 'golden', version: 'latest', page_ranges: { max_pages: 0 }, extra: 1 };
  const refused = await client.parsing.create({ ...wrong, upload_file }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BadRequestError);
  const { detail } = (refused as BadRequestError).error as { detail: string };
  expect(detail).toMatch(/^Invalid configuration: 2 validation errors\n/);
  expect(detail).toMatch(/page_ranges\.max_pages: .*\nextra: |extra: .*\npage_ranges\.max_pages: /);
  await expect(client.parsing.create({ tier: 'golden', version: 'latest', upload_file })).rejects.toThrow(
    /400 .*Invalid configuration.*tier/s,
  );
});

test('create does not find unknown files and configurations', async () => {
  await expect(client.parsing.create({ ...FAST, file_id: UNKNOWN })).rejects.toThrow(NotFoundError);
  await expect(
    client.parsing.create({
      ...FAST,
      configuration_id: `cfg-${UNKNOWN}`,
      source_url: `${site.origin}/letter.pdf`,
    }),
  ).rejects.toThrow(NotFoundError);
});

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import LlamaCloud, { toFile } from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { checkingFetch } from './checking-fetch.ts';

const documents = (name: string): string =>
  fileURLToPath(new URL(`../../examples/documents/${name}`, import.meta.url));

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

type DirectoryParams = Parameters<typeof client.beta.directories.create>[0] & { expires_at?: string };

async function createDirectory(params: DirectoryParams) {
  return client.beta.directories.create(params);
}

async function uploadThree(directoryId: string) {
  const upload = (file: Parameters<typeof client.beta.directories.files.upload>[1]['upload_file']) =>
    client.beta.directories.files.upload(directoryId, { upload_file: file });
  const invoice = await readFile(documents('invoice.pdf'));
  return [
    await upload(createReadStream(documents('letter.pdf'))),
    await upload(new File([invoice], 'invoice.pdf', { type: 'application/pdf' })),
    await upload(
      await toFile(createReadStream(documents('two-columns.pdf')), 'Zwei Spalten, größer – 表.pdf'),
    ),
  ];
}

async function pollBatch(id: string) {
  for (;;) {
    const batch = await client.batches.get(id);
    if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(batch.status)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('the official client, unchanged', () => {
  test.each([
    ['without expires_at', () => ({})],
    ['with expires_at', () => ({ expires_at: new Date(Date.now() + 2 * 86_400_000).toISOString() })],
  ])('runs a whole batch over an ephemeral directory %s', async (_, extraOf) => {
    const extra = extraOf();
    const directory = await createDirectory({ name: 'official client', type: 'ephemeral', ...extra });
    expect(directory.type).toBe('ephemeral');
    const expires = Date.parse(directory.expires_at ?? '');
    expect(Math.abs(expires - Date.now() - 2 * 86_400_000)).toBeLessThan(60_000);

    const files = await uploadThree(directory.id);
    expect(files.map((file) => file.display_name)).toEqual([
      'letter.pdf',
      'invoice.pdf',
      'Zwei Spalten, größer – 表.pdf',
    ]);

    const created = await client.batches.create({
      source_directory_id: directory.id,
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
    });
    expect(created.results).toBeNull();
    const done = await pollBatch(created.id);
    expect(done).toMatchObject({
      id: created.id,
      status: 'COMPLETED',
      source_directory_id: directory.id,
      results: null,
    });

    const { results } = await client.batches.get(created.id, { expand: ['results'] });
    expect(results?.map((result) => result.source_directory_file_id)).toEqual(files.map((file) => file.id));
    const words = ['Dear', 'Tillbrook & Vane Joinery', ''];
    for (const [index, result] of (results ?? []).entries()) {
      expect(result.error_message).toBeNull();
      expect(result.job_reference?.type).toBe('parse_v2');
      const parsed = await client.parsing.get(result.job_reference?.id ?? '', {
        expand: [
          'text',
          'markdown',
          'items',
          'metadata',
          'text_full',
          'markdown_full',
          'job_metadata',
          'usage',
        ],
      });
      expect(parsed.job.status).toBe('COMPLETED');
      expect(parsed.job.name).toBe(files[index]?.display_name);
      const pages = parsed.text?.pages.length ?? 0;
      expect(pages).toBeGreaterThan(0);
      expect(parsed.markdown?.pages).toHaveLength(pages);
      expect(parsed.items?.pages).toHaveLength(pages);
      expect(parsed.metadata?.pages).toHaveLength(pages);
      expect(parsed.text_full).toContain(words[index]);
      expect(parsed.markdown_full).toContain(words[index]);
    }
  });

  test('iterates over the list of batches page by page', async () => {
    const seen: string[] = [];
    for await (const batch of client.batches.list({ page_size: 1 })) seen.push(batch.id);
    expect(seen.length).toBe(2);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(seen.toSorted().toReversed());
  });

  test('waits for a parse job with its own helper', async () => {
    const { results } = await client.batches.get((await client.batches.list()).items[0]?.id ?? '', {
      expand: ['results'],
    });
    const id = results?.[0]?.job_reference?.id ?? '';
    const result = await client.parsing.waitForCompletion(
      id,
      { expand: ['markdown'] },
      { pollingInterval: 0.05 },
    );
    expect(result.markdown?.pages.length).toBeGreaterThan(0);
    expect(result.items).toBeNull();
  });

  test('reads built-in configurations and saves its own', async () => {
    const preset = await client.configurations.retrieve('cfg-PARSE_AGENTIC');
    expect(preset.parameters).toMatchObject({ product_type: 'parse_v2', tier: 'agentic' });
    const parameters = { product_type: 'parse_v2', tier: 'fast', version: 'latest' } as const;
    const first = await client.configurations.create({ name: 'mine', parameters });
    const second = await client.configurations.create({
      name: 'mine',
      parameters: { ...parameters, tier: 'agentic' },
    });
    expect(second.id).toBe(first.id);
    expect(second.version).not.toBe(first.version);
    const versions = await client.parsing.listVersions();
    expect(versions.latest?.agentic).toBe(versions.agentic[0]);
    await expect(
      client.configurations.create({
        name: 'no such pair',
        parameters: { ...parameters, version: '2026-09-07' },
      }),
    ).rejects.toThrow(/INVALID_TIER_VERSION_COMBINATION/);
    const listed = [];
    for await (const configuration of client.configurations.list({ product_type: ['parse_v2'] })) {
      listed.push(configuration.id);
    }
    expect(listed).toEqual([first.id]);
  });

  test('sees its project', async () => {
    const [project] = await client.projects.list();
    expect(project?.is_default).toBe(true);
    expect(await client.projects.get(project?.id ?? '')).toEqual(project);
    const directories = [];
    for await (const directory of client.beta.directories.list({ name: 'official client' }))
      directories.push(directory);
    expect(directories).toHaveLength(2);
    expect(directories[0]?.project_id).toBe(project?.id);
  });

  test('gets the errors it knows, without waiting for retries', async () => {
    const batch = (source_directory_id: string, configuration_id: string) =>
      client.batches.create({ source_directory_id, config: { job: { type: 'parse_v2', configuration_id } } });
    const empty = await createDirectory({ name: 'empty' });
    const asked = answers.checked();
    await expect(batch('dir-unknown', 'cfg-PARSE_AGENTIC')).rejects.toThrow(LlamaCloud.NotFoundError);
    await expect(batch(empty.id, 'cfg-unknown')).rejects.toThrow(LlamaCloud.NotFoundError);
    await expect(batch(empty.id, 'cfg-PARSE_AGENTIC')).rejects.toThrow(/no files/);
    await expect(client.batches.get('bat-unknown')).rejects.toThrow(LlamaCloud.NotFoundError);
    await expect(client.parsing.get('pjb-unknown')).rejects.toThrow(LlamaCloud.NotFoundError);
    const done = (await client.batches.list()).items[0]?.id ?? '';
    await expect(client.batches.cancel(done)).rejects.toThrow(LlamaCloud.BadRequestError);
    await expect(
      createDirectory({ name: 'late', type: 'ephemeral', expires_at: '2001-01-01T00:00:00Z' }),
    ).rejects.toThrow(LlamaCloud.UnprocessableEntityError);
    const stranger = new LlamaCloud({ apiKey: 'llx-wrong', baseURL: server.url, fetch: answers.fetch });
    await expect(stranger.batches.list()).rejects.toThrow(LlamaCloud.AuthenticationError);
    // Each of them once.
    expect(answers.checked() - asked).toBe(9);
  });

  test('was answered in the contract’s shapes only', () => {
    expect(answers.checked()).toBeGreaterThan(30);
    expect(answers.violations()).toEqual([]);
  });
});

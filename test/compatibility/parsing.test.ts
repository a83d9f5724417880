import { createReadStream } from 'node:fs';
import { BadRequestError, NotFoundError, UnprocessableEntityError } from '@llamaindex/llama-cloud';
import { PollingError } from '@llamaindex/llama-cloud/core/polling';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleDocument, exampleDocumentPath } from '../support/example-documents.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { FAST, openParsingSite, QUICK, UNKNOWN, type ParsingSite } from './parsing-site.ts';

/** Every method of `client.parsing` but `create`, against a live server. */
const EVERYTHING = [
  'text',
  'markdown',
  'items',
  'metadata',
  'forms',
  'text_full',
  'markdown_full',
  'job_metadata',
  'usage',
  'raw_parameters',
  'text_content_metadata',
  'images_content_metadata',
  'debug_logs',
];

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

/** A scan takes seconds, and nobody has its result yet. */
const slowJob = async () =>
  client.parsing.create({
    ...FAST,
    tier: 'agentic',
    disable_cache: true,
    upload_file: new File([await exampleDocument('scan.pdf')], 'scan.pdf'),
  });

async function poll(id: string, status: string): Promise<void> {
  const isThere = async (): Promise<boolean> => (await client.parsing.get(id)).job.status === status;
  await waitUntil(isThere, 60_000, `${id} to be ${status}`);
}

describe('parse and waitForCompletion', () => {
  test('give the whole result of a document that can be read', async () => {
    const result = await client.parsing.parse(
      {
        ...FAST,
        upload_file: createReadStream(exampleDocumentPath('report.pdf')),
        expand: ['markdown', 'usage'],
      },
      QUICK,
    );
    expect(result.job).toMatchObject({ status: 'COMPLETED', name: 'report.pdf', usage: { credits: 0 } });
    expect(result.markdown?.pages.length).toBeGreaterThan(1);
    expect(result.text).toBeNull();
  });

  test('throw for one that cannot, with its reason; its sections are null', async () => {
    const upload_file = createReadStream(exampleDocumentPath('broken.pdf'));
    const failing = client.parsing.parse({ ...FAST, upload_file, expand: ['text', 'items'] }, QUICK);
    await expect(failing).rejects.toThrow(PollingError);
    await expect(failing).rejects.toThrow(/failed with status: FAILED \| Error: PDF_IS_BROKEN/);
    const [job] = (await client.parsing.list({ status: 'FAILED', page_size: 1 })).items;
    const { job: told, ...sections } = await client.parsing.get(job?.id ?? '', { expand: EVERYTHING });
    expect(told).toMatchObject({
      status: 'FAILED',
      error_message: expect.stringContaining('PDF_IS_BROKEN') as string,
    });
    const { job_metadata, raw_parameters, ...content } = sections as Record<string, unknown>;
    expect(job_metadata).toMatchObject({ error_code: 'PDF_IS_BROKEN', cache_hit: false });
    expect(raw_parameters).toMatchObject({ tier: 'fast' });
    expect(new Set(Object.values(content))).toEqual(new Set([null]));
  });

  test('throw for one that is cancelled', async () => {
    const job = await slowJob();
    const waiting = site.finished(job.id, { expand: ['text', 'text_full'] });
    await Promise.all([
      expect(waiting).rejects.toThrow(/failed with status: CANCELLED/),
      client.parsing.cancel(job.id),
    ]);
  });
});

describe('get', () => {
  test('gives every section that there is, also while there is none yet', async () => {
    const slow = await slowJob();
    const waiting = await client.parsing.create({
      ...FAST,
      file_id: (await site.addFile('two-columns.pdf')).id,
    });
    const early = await client.parsing.get(waiting.id, { expand: EVERYTHING });
    expect(early).toMatchObject({ text: null, markdown: null, text_full: null, job_metadata: null });
    expect(early.job.usage).toBeNull();
    await client.parsing.cancel(slow.id);

    const done = await site.finished(waiting.id, { expand: EVERYTHING });
    expect(done.job.status).toBe('COMPLETED');
    const texts = done.text?.pages.map((page) => page.text) ?? [];
    expect(done.text_full).toBe(texts.join('\n\n'));
    const markdowns = done.markdown?.pages.map((page) => ('markdown' in page ? page.markdown : '')) ?? [];
    expect(done.markdown_full).toBe(markdowns.join('\n\n---\n\n'));
    expect(done.items?.pages).toHaveLength(texts.length);
    expect(done.metadata?.pages).toHaveLength(texts.length);
    expect(done.job_metadata).toMatchObject({ cache_hit: false, cached_from: null });
    const plain = await client.parsing.get(waiting.id);
    expect(plain).toMatchObject({ text: null, items: null, job_metadata: null, job: { usage: null } });
  });
});

describe('list', () => {
  test('has the newest first, also those of batches, page by page', async () => {
    const directory = await client.beta.directories.create({ name: 'listed' });
    await client.beta.directories.files.upload(directory.id, {
      upload_file: new File([await exampleDocument('form.pdf')], 'form.pdf'),
    });
    await client.batches.create({
      source_directory_id: directory.id,
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
    });
    const newest = async () => (await client.parsing.list({ page_size: 1 })).items[0];
    await waitUntil(async () => (await newest())?.name === 'form.pdf', 30_000, 'the job of the batch');
    expect(await newest()).toMatchObject({ tier: 'fast' });

    const all = [];
    for await (const job of client.parsing.list({ page_size: 2 })) all.push(job);
    expect(all.length).toBeGreaterThan(4);
    const times = all.map((job) => job.created_at ?? '');
    expect(times).toEqual(times.toSorted().toReversed());

    const [first, second, third] = all;
    const ids = [third?.id ?? '', first?.id ?? '', `pjb-${UNKNOWN}`];
    const byId = await client.parsing.list({ job_ids: ids });
    expect(byId.items.map((job) => job.id)).toEqual([first?.id, third?.id]);
    const span = {
      created_at_on_or_after: second?.created_at ?? '',
      created_at_on_or_before: second?.created_at ?? '',
    };
    expect((await client.parsing.list(span)).items.map((job) => job.id)).toContain(second?.id);
    for (const job of (await client.parsing.list({ status: 'CANCELLED' })).items)
      expect(job.status).toBe('CANCELLED');
  });

  test('refuses a status that parse jobs do not have', async () => {
    const refused = client.parsing.list({ status: 'THROTTLED' as never });
    await expect(refused).rejects.toThrow(UnprocessableEntityError);
  });
});

describe('cancel and delete', () => {
  test('a job that waits ends at once, one that runs soon, and neither twice', async () => {
    const running = await slowJob();
    await poll(running.id, 'RUNNING');
    const waiting = await slowJob();
    expect(waiting).toMatchObject({ status: 'PENDING' });
    expect(await client.parsing.cancel(waiting.id)).toMatchObject({ id: waiting.id, status: 'CANCELLED' });

    await expect(client.parsing.delete(running.id)).rejects.toThrow(BadRequestError);
    await client.parsing.cancel(running.id);
    // A second cancel while it stops changes nothing; one after its end is refused.
    await client.parsing
      .cancel(running.id)
      .catch((error: unknown) => expect(error).toBeInstanceOf(BadRequestError));
    await poll(running.id, 'CANCELLED');
    const refused = await client.parsing.cancel(running.id).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BadRequestError);
    expect((refused as BadRequestError).headers.get('x-should-retry')).toBe('false');
    await expect(client.parsing.cancel(`pjb-${UNKNOWN}`)).rejects.toThrow(NotFoundError);
  });

  test('a job that was deleted is gone', async () => {
    const { job } = await site.finished(
      (await client.parsing.create({ ...FAST, file_id: (await site.addFile()).id })).id,
    );
    expect(await client.parsing.delete(job.id)).toEqual({ id: job.id, project_id: job.project_id });
    for (const again of ['get', 'delete'] as const)
      await expect(client.parsing[again](job.id), again).rejects.toThrow(NotFoundError);
    expect((await client.parsing.list({ job_ids: [job.id] })).items).toEqual([]);
  });
});

test('listVersions', async () => {
  const { latest, ...tiers } = await client.parsing.listVersions();
  expect(Object.keys(tiers).toSorted()).toEqual(['agentic', 'agentic_plus', 'cost_effective', 'fast']);
  expect(tiers.fast).toContain(latest?.['fast']);
});

test('a result is used again, and the job that uses it tells all that a job tells', async () => {
  const params = {
    ...FAST,
    page_ranges: { target_pages: '1' },
    webhook_configurations: [{ webhook_url: `${site.origin}/hook`, webhook_output_format: 'json' as const }],
  };
  const run = async (more = {}) => {
    const upload_file = new File([await exampleDocument('statement.pdf')], 'statement.pdf');
    const job = await client.parsing.create({ ...params, ...more, upload_file });
    return site.finished(job.id, { expand: ['text', 'job_metadata'] });
  };
  const first = await run();
  const second = await run({ client_name: 'other' });
  const third = await run({ disable_cache: true });
  expect(second.text).toEqual(first.text);
  expect(second.job_metadata).toMatchObject({ cache_hit: true, cached_from: first.job.id });
  for (const real of [first, third]) expect(real.job_metadata).toMatchObject({ cache_hit: false });

  const told = (id: string): string[] =>
    site.events.filter(({ data }) => (data.id ?? data.job_id) === id).map((event) => event.event_type);
  await waitUntil(() => told(second.job.id).length >= 3, 30_000, 'the events of the second job');
  for (const { job } of [first, second])
    expect(told(job.id).toSorted()).toEqual(['parse.pending', 'parse.running', 'parse.success']);

  await client.parsing.delete(first.job.id);
  const kept = await client.parsing.get(second.job.id, { expand: ['text'] });
  expect(kept.text).toEqual(second.text);
});

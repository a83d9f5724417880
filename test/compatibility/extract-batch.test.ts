import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { openParsingSite, type ParsingSite } from './parsing-site.ts';

/** Two hundred documents through one batch of extractions, as somebody with a folder of them does it. */

const FILES = 200;
/** Places in the directory. */
const SCAN = 0;
const UNREADABLE: Readonly<Record<number, string>> = { 50: 'broken.pdf', 120: 'locked.pdf' };
const CANCELLED = 180;
const UPLOADS_AT_ONCE = 8;
const SCHEMA = {
  type: 'object',
  properties: {
    delivery_number: { type: 'string' },
    weight: { type: 'number' },
    captain: { type: ['string', 'null'] },
  },
};

let site: ParsingSite;
let client: ParsingSite['client'];

beforeAll(async () => {
  site = await openParsingSite();
  ({ client } = site);
});

afterAll(async () => {
  await site?.close();
  expect(site.answers.violations()).toEqual([]);
});

async function documentAt(place: number): Promise<File> {
  const unreadable = UNREADABLE[place];
  // The scan takes seconds: meanwhile the others wait, and one of them is cancelled.
  const sample = place === SCAN ? 'scan.pdf' : unreadable;
  if (sample !== undefined) return new File([await exampleDocument(sample)], `${place} ${sample}`);
  const lines = [`Delivery number: DN-${5_000 + place}`, `Weight: ${place}.5 kg`];
  return new File([lines.join('\n\n')], `${place}.txt`);
}

async function upload(directoryId: string): Promise<void> {
  const places = Array.from({ length: FILES }, (_, place) => place);
  const work = async (): Promise<void> => {
    for (let place = places.shift(); place !== undefined; place = places.shift())
      await client.beta.directories.files.upload(directoryId, { upload_file: await documentAt(place) });
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, () => work()));
}

test(
  'one file is cancelled, two cannot be read, and every other has its own data',
  { timeout: 300_000 },
  async () => {
    const directory = await client.beta.directories.create({ name: 'two hundred' });
    await upload(directory.id);
    const { id: configurationId } = await client.configurations.create({
      name: 'deliveries',
      parameters: { product_type: 'extract_v2', data_schema: SCHEMA, cite_sources: true },
    });
    const { id } = await client.batches.create({
      source_directory_id: directory.id,
      config: { job: { type: 'extract_v2', configuration_id: configurationId } },
    });

    const names = new Map<string, string>();
    for await (const file of client.beta.directories.files.list(directory.id, { page_size: 100 }))
      names.set(file.id, file.display_name);
    const results = async () => (await client.batches.get(id, { expand: ['results'] })).results ?? [];
    const jobOf = async (place: number): Promise<string | undefined> => {
      const found = (await results()).find(
        (one) => names.get(one.source_directory_file_id) === `${place}.txt`,
      );
      return found?.job_reference?.id;
    };
    await waitUntil(async () => (await jobOf(CANCELLED)) !== undefined, 60_000, 'every file to have its job');
    const cancelled = await jobOf(CANCELLED);
    await client.extract.cancel(cancelled ?? '');

    const ended = async (): Promise<boolean> => (await client.batches.get(id)).status === 'COMPLETED';
    await waitUntil(ended, 240_000, 'the batch to be COMPLETED');
    const jobs = new Map<string, Awaited<ReturnType<typeof client.extract.get>>>();
    for await (const job of client.extract.list({ configuration_id: configurationId, page_size: 50 }))
      jobs.set(job.id, job);
    expect(jobs.size).toBe(FILES);

    const seen: Record<string, number> = {};
    for (const { source_directory_file_id: entry, job_reference: reference } of await results()) {
      const job = jobs.get(reference?.id ?? '');
      const place = Number(/^\d+/.exec(names.get(entry) ?? '')?.[0]);
      expect(job?.file_input).toBe(entry);
      seen[job?.status ?? 'none'] = (seen[job?.status ?? 'none'] ?? 0) + 1;
      if (place === CANCELLED) expect(job).toMatchObject({ id: cancelled, status: 'CANCELLED' });
      else if (place in UNREADABLE) {
        expect(job).toMatchObject({ status: 'FAILED', extract_result: null });
        expect(job?.error_message).toMatch(place === 50 ? /PDF_IS_BROKEN/ : /PDF_IS_PROTECTED/);
      } else if (place !== SCAN) {
        const data = { delivery_number: `DN-${5_000 + place}`, weight: place + 0.5, captain: null };
        expect(job, String(place)).toMatchObject({ status: 'COMPLETED', extract_result: data });
        const { delivery_number: leaf } = job?.extract_metadata?.field_metadata?.document_metadata ?? {};
        expect(leaf).toMatchObject({ citation: [{ page: 1, matching_text: data.delivery_number }] });
      }
    }
    expect(seen).toEqual({ COMPLETED: FILES - 3, FAILED: 2, CANCELLED: 1 });
  },
);

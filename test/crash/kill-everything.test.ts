import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import LlamaCloud from '@llamaindex/llama-cloud';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';

const FILES = 40;

let dataDir: string;
let server: SheafServer | undefined;

beforeEach(async () => {
  dataDir = await makeDataDir();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await removeDataDir(dataDir);
});

async function start(): Promise<LlamaCloud> {
  // Files with the same bytes must all be parsed.
  server = await startServer(dataDir, { SHEAF_RESULT_CACHE_HOURS: '0' });
  return new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
}

/** Files of every length, one in eight of them a scan that takes seconds. */
async function uploadFiles(client: LlamaCloud): Promise<string> {
  const directory = await client.beta.directories.create({ name: 'to be killed' });
  const names = [
    'scan.pdf',
    'letter.pdf',
    'invoice.pdf',
    'report.pdf',
    'slides.pdf',
    'form.pdf',
    'manual-60-pages.pdf',
  ];
  for (let index = 0; index < FILES; index++) {
    const name = names[index % names.length] ?? '';
    await client.beta.directories.files.upload(directory.id, {
      upload_file: new File([await exampleDocument(name)], `${index}-${name}`),
    });
  }
  return directory.id;
}

test('kill -9 of the whole process group in the middle of a batch loses nothing and does nothing twice', async () => {
  const before = await start();
  const directoryId = await uploadFiles(before);
  const { id } = await before.batches.create({
    source_directory_id: directoryId,
    config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
  });
  type Progress = { progress: { completed: number; running: number } };
  const progress = async (client: LlamaCloud) =>
    ((await client.batches.get(id)) as unknown as Progress).progress;
  await waitUntil(async () => (await progress(before)).completed >= 5, 60_000, 'five files to complete');
  await server?.kill();

  const after = await start();
  const interrupted = await progress(after);
  expect(interrupted.completed).toBeGreaterThanOrEqual(5);
  expect(interrupted.completed).toBeLessThan(FILES);
  await waitUntil(
    async () => (await after.batches.get(id)).status === 'COMPLETED',
    120_000,
    'the batch to complete',
  );

  const { results } = await after.batches.get(id, { expand: ['results'] });
  const jobIds = (results ?? []).map((result) => result.job_reference?.id ?? '');
  expect(new Set(jobIds).size).toBe(FILES);
  expect(jobIds).not.toContain('');
  for (const jobId of jobIds) {
    const { job, markdown } = await after.parsing.get(jobId, { expand: ['markdown'] });
    expect(job.status).toBe('COMPLETED');
    expect(markdown?.pages.length).toBeGreaterThan(0);
  }
  // A stored result's name is its job and attempt: every job has one, whatever other attempts left behind.
  const stored = await storedResults();
  for (const jobId of jobIds)
    expect(stored.filter((name) => name.startsWith(jobId.slice(4)))).not.toHaveLength(0);
  expect(new Set(stored.map((name) => name.replace(/-\d+$/, ''))).size).toBe(FILES);
});

async function storedResults(): Promise<string[]> {
  const entries = await readdir(join(dataDir, 'blobs', 'results'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

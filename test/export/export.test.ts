import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromBuffer, type Entry } from 'yauzl';
import { jsonOf, openSite, type Site } from '../conformance/site.ts';

let site: Site;
let batchId: string;

beforeAll(async () => {
  site = await openSite();
  batchId = await site.ours.addFinishedBatch();
});
afterAll(() => site?.[Symbol.asyncDispose]());

const get = (path: string) => site.ours.send({ method: 'GET', path });
const exported = (format: string) => get(`/api/v2/batches/${batchId}/export?format=${format}`);

test('jsonl has a line for every file, with what was read', async () => {
  const answer = await exported('jsonl');
  expect(answer.status).toBe(200);
  const lines = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toEqual([
    expect.objectContaining({ status: 'COMPLETED', pages: 2, markdown: expect.stringContaining('# first') }),
  ]);
});

test('csv has a row for every file', async () => {
  const [head, row, ...rest] = (await exported('csv')).text.split('\r\n');
  expect(head).toBe('display_name,status,pages,seconds,error_code,error_message,directory_file_id,job_id');
  expect(row).toMatch(/\.txt,COMPLETED,2,/);
  expect(rest).toEqual(['']);
});

test('a link needs no key, and is good for its own format and batch alone', async () => {
  const made = await site.ours.send({
    method: 'POST',
    path: `/api/v2/batches/${batchId}/export-links`,
    ...jsonOf({ format: 'zip', expires_at_seconds: 60 }),
  });
  expect(made.status).toBe(200);
  const { url } = JSON.parse(made.text) as { url: string };
  const answer = await fetch(url);
  expect(answer.headers.get('content-type')).toBe('application/zip');
  const entries = await unzip(Buffer.from(await answer.arrayBuffer()));
  expect([...entries.keys()]).toEqual([
    expect.stringMatching(/^documents\/.*\.txt\.md$/),
    expect.stringMatching(/^documents\/.*\.txt\.txt$/),
    expect.stringMatching(/^documents\/.*\.txt\.json$/),
    'index.jsonl',
  ]);
  expect(JSON.parse(entries.get('index.jsonl') ?? '')).toMatchObject({
    status: 'COMPLETED',
    paths: [...entries.keys()].slice(0, 3),
  });
  expect((await fetch(url.replace('/zip?', '/csv?'))).status).toBe(403);
  const other = url.replace(batchId, `bat-${randomUUID()}`);
  expect((await fetch(other)).status).toBe(403);
});

async function unzip(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await new Promise<import('yauzl').ZipFile>((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file))),
  );
  const found: Entry[] = await new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => (entries.push(entry), zip.readEntry()));
    zip.once('end', () => resolve(entries));
    zip.once('error', reject);
    zip.readEntry();
  });
  const texts = new Map<string, string>();
  for (const entry of found) {
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
    );
    texts.set(entry.fileName, (await buffer(stream)).toString());
  }
  return texts;
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import LlamaCloud, { AuthenticationError, NotFoundError } from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { browserFetch } from './browser-fetch.ts';

const LETTER = fileURLToPath(new URL('../../examples/documents/letter.pdf', import.meta.url));
const ORIGIN = 'https://app.example';

let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir, { SHEAF_ROLE: 'api' });
  client = new LlamaCloud({
    apiKey: server.apiKey,
    baseURL: server.url,
    fetch: browserFetch(ORIGIN),
    // Sends x-stainless-timeout besides the other headers of the client.
    timeout: 30_000,
    defaultHeaders: { 'X-Own-Header': 'of the page' },
  });
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

test('the official client works from a page of another origin', async () => {
  const directory = await client.beta.directories.create({ name: 'from a page' });
  const upload = new File([await readFile(LETTER)], 'letter.pdf', { type: 'application/pdf' });
  const file = await client.beta.directories.files.upload(directory.id, { upload_file: upload });
  expect(file.display_name).toBe('letter.pdf');
  const listed = await client.beta.directories.list({}, { timeout: 10_000 });
  expect(listed.items.map(({ id }) => id)).toContain(directory.id);
  await client.beta.directories.update(directory.id, { name: 'renamed' });
  await client.beta.directories.delete(directory.id);
  await expect(client.beta.directories.get(directory.id)).rejects.toBeInstanceOf(NotFoundError);
});

test('a page learns why it was refused', async () => {
  const stranger = new LlamaCloud({
    apiKey: 'llx-wrong',
    baseURL: server.url,
    fetch: browserFetch(ORIGIN),
  });
  await expect(stranger.beta.directories.list()).rejects.toBeInstanceOf(AuthenticationError);
  const raw = await client.beta.directories.get('dir-nowhere').catch((error: unknown) => error);
  expect(raw).toMatchObject({ status: 404 });
  expect((raw as NotFoundError).headers?.get('x-request-id')).toMatch(/./);
  expect((raw as NotFoundError).headers?.get('x-should-retry')).toBe('false');
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient, type ApiClient } from './api-client.ts';
import { batchesCommand } from './batches.ts';
import { exportBatch } from './export-batch.ts';

let directory: string;
let file: string;
let server: Server;
let client: ApiClient;
let asked: string | undefined;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sheaf-export-'));
  file = join(directory, 'all.csv');
  server = createServer((request, response) => {
    asked = request.url;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'a-key');
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

test('the whole export is in the file, which replaces an older one', async () => {
  await writeFile(file, 'old');
  answer = (response) => {
    response.write('a,b\n');
    response.end('1,2\n');
  };
  await exportBatch(client, 'bat-1', { file, format: 'csv' });
  expect(asked).toBe('/api/v2/batches/bat-1/export?format=csv');
  expect(await readFile(file, 'utf8')).toBe('a,b\n1,2\n');
  expect(await readdir(directory)).toEqual(['all.csv']);
});

test('an export that breaks off leaves what was there before', async () => {
  await writeFile(file, 'old');
  answer = (response) => response.write('a,b\n', () => response.destroy());
  const exporting = exportBatch(client, 'bat-1', { file, format: 'csv' });
  await expect(exporting).rejects.toThrow(/broke the export off.*all\.csv was not written/);
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(directory)).toEqual(['all.csv']);
});

test('a refusal is told, and nothing is written', async () => {
  answer = (response) => response.writeHead(404).end('{"detail":"Batch not found"}');
  await expect(exportBatch(client, 'bat-1', { file, format: 'csv' })).rejects.toThrow('Batch not found');
  expect(await readdir(directory)).toEqual([]);
});

test('the command wants an id and a file', async () => {
  await expect(batchesCommand.run(['export'], {})).rejects.toThrow("export needs a batch's id");
  await expect(batchesCommand.run(['export', 'bat-1'], {})).rejects.toThrow('export needs --out FILE');
});

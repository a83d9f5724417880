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

/** How a real process stops: what runs ends or goes back, streams end, and a second signal is final. */

const PATIENCE_MS = 60_000;
let dataDir: string;
let server: SheafServer;

beforeEach(async () => {
  dataDir = await makeDataDir();
});
afterEach(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

const clientOf = ({ apiKey, url }: SheafServer): LlamaCloud =>
  new LlamaCloud({ apiKey, baseURL: url, maxRetries: 0 });

async function createBatch(client: LlamaCloud, files: number): Promise<string> {
  const directory = await client.beta.directories.create({ name: 'stopped', type: 'ephemeral' });
  const bytes = await exampleDocument('two-columns.pdf');
  for (let n = 0; n < files; n += 1) {
    await client.beta.directories.files.upload(directory.id, { upload_file: new File([bytes], `${n}.pdf`) });
  }
  const batch = await client.batches.create({
    source_directory_id: directory.id,
    config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
  });
  return batch.id;
}

/** Follows a batch's events; the stream is open once this resolves. */
async function follow({ url, apiKey }: SheafServer, batchId: string): Promise<{ ended: Promise<string> }> {
  const response = await fetch(`${url}/api/v2/batches/${batchId}/events`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(response.status).toBe(200);
  return { ended: response.text() };
}

test('SIGTERM ends streams, takes no new work, and everything is done after the next start', async () => {
  const settings = { SHEAF_RESULT_CACHE_HOURS: '0', SHEAF_PARSE_PROCESSES: '1' };
  server = await startServer(dataDir, { ...settings, SHEAF_STOP_GRACE_SECONDS: '20' });
  const batchId = await createBatch(clientOf(server), 30);
  const stream = await follow(server, batchId);
  expect(await server.stop()).toBe(0);
  // A stream that was cut instead of ended would reject.
  expect(await stream.ended).toContain('event:');
  expect(server.log()).not.toMatch(/"level":(50|60)/);

  server = await startServer(dataDir, settings);
  const client = clientOf(server);
  await waitUntil(
    async () => (await client.batches.get(batchId)).status === 'COMPLETED',
    PATIENCE_MS,
    'the batch to be completed by the next start',
  );
  const { results } = await client.batches.get(batchId, { expand: ['results'] });
  expect(results).toHaveLength(30);
  // None had run into the end of a lease: each was ended or given back.
  expect(server.log()).not.toContain('workers that had died');
}, 300_000);

test('a second signal ends the process at once and says which it was', async () => {
  server = await startServer(dataDir, { SHEAF_STOP_GRACE_SECONDS: '600' });
  const stuck = await holdRequestOpen(server);
  process.kill(server.pid, 'SIGTERM');
  await waitUntil(() => refusesConnections(server.url), 10_000, 'the server to accept no more connections');
  process.kill(server.pid, 'SIGTERM');
  expect(await server.stop()).toBe(143);
  await stuck.ended;
});

/** An upload that goes on for ever. */
async function holdRequestOpen({ url, apiKey }: SheafServer): Promise<{ ended: Promise<unknown> }> {
  let sent: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (sent = resolve));
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode('--x\r\n'));
      sent();
      await new Promise(() => undefined);
    },
  });
  const request = fetch(`${url}/api/v1/beta/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'multipart/form-data; boundary=x' },
    body,
    duplex: 'half',
  }).catch((error: unknown) => error);
  await begun;
  await fetch(`${url}/healthz`);
  return { ended: request };
}

async function refusesConnections(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { headers: { connection: 'close' } }).then(
    () => false,
    () => true,
  );
}

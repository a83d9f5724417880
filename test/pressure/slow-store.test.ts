import LlamaCloud from '@llamaindex/llama-cloud';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFaultyProxy, type FaultyProxy } from '../support/faulty-proxy.ts';
import { S3_PROGRAM, S3_SKIPPED, startS3Server, type S3Server } from '../support/s3-server.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';

/** A store that takes its time: uploads wait on disk instead of in memory, and nobody else waits with them. */

const MIB = 1024 * 1024;
const UPLOADS = 24;
const FILE_BYTES = 16 * MIB;
/** All uploads together are 384 MiB. */
const MAX_RESIDENT_BYTES = 300 * MIB;

let s3: S3Server;
let proxy: FaultyProxy;
let dataDir: string;
let server: SheafServer;

beforeAll(async () => {
  if (!S3_PROGRAM) return;
  s3 = await startS3Server();
  proxy = await startFaultyProxy(s3.endpoint);
  dataDir = await makeDataDir();
  server = await startServer(dataDir, {
    ...s3.settings('slow', { endpoint: proxy.url }),
    SHEAF_ROLE: 'api',
  });
});
afterAll(async () => {
  if (!S3_PROGRAM) return;
  await server?.stop();
  await removeDataDir(dataDir);
  await proxy[Symbol.asyncDispose]();
  await s3.close();
});

test.runIf(S3_PROGRAM)(
  `uploads that the store does not take yet are bounded in memory, and others are served${S3_SKIPPED}`,
  async () => {
    const client = new LlamaCloud({
      apiKey: server.apiKey,
      baseURL: server.url,
      maxRetries: 0,
      timeout: 300_000,
    });
    const { id } = await client.beta.directories.create({ name: 'slow' });
    const bytes = Buffer.alloc(FILE_BYTES, 'some text ');
    const letPass = proxy.hold('PUT');
    const uploads = Promise.allSettled(
      Array.from({ length: UPLOADS }, (_, n) =>
        client.files.create({ file: new File([bytes], `${n}.txt`), purpose: 'user_data' }),
      ),
    );
    try {
      await waitUntil(() => proxy.held > 0, 60_000, 'the store to be asked');
      for (let round = 0; round < 10; round += 1) {
        const name = `beside-${round}`;
        const [made, listed, files, ready] = await Promise.all([
          client.beta.directories.create({ name }),
          client.batches.list(),
          client.beta.directories.files.list(id),
          fetch(`${server.url}/readyz`),
        ]);
        expect(made.name).toBe(name);
        expect([listed.items, files.items, ready.status]).toEqual([[], [], 200]);
      }
      // No row points to bytes that the store does not have.
      expect((await client.files.list()).items).toEqual([]);
    } finally {
      letPass();
    }
    const made = await uploads;
    expect(made.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(new Set(made.map((one) => one.status === 'fulfilled' && one.value.id)).size).toBe(UPLOADS);
    expect((await client.files.list({ page_size: 100 })).items).toHaveLength(UPLOADS);
    if (process.platform === 'linux') {
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
      expect(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024).toBeLessThan(MAX_RESIDENT_BYTES);
    }
  },
  240_000,
);

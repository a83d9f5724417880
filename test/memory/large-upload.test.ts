import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';

const MIB = 1024 * 1024;
const FILE_BYTES = 400 * MIB;
const MAX_RESIDENT_BYTES = 200 * MIB;

let dataDir: string;
let server: SheafServer;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir);
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

// The kernel keeps the highest resident size of a process; elsewhere there is nothing to read it from.
test.runIf(process.platform === 'linux')(
  'a 400 MB upload leaves the server below 200 MB of memory',
  async () => {
    const directory = await fetch(`${server.url}/api/v1/beta/directories`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'large' }),
    });
    const { id } = (await directory.json()) as { id: string };

    const block = randomBytes(MIB);
    const status = await upload(`${server.url}/api/v1/beta/directories/${id}/files/upload`, block);
    expect(status).toBe(201);
    expect(await peakResidentBytes(server.pid)).toBeLessThan(MAX_RESIDENT_BYTES);

    const files = await fetch(`${server.url}/api/v1/beta/directories/${id}/files`, {
      headers: { authorization: `Bearer ${server.apiKey}` },
    });
    expect(((await files.json()) as { items: unknown[] }).items).toHaveLength(1);
  },
);

/** Sends the block again and again as one file. */
async function upload(url: string, block: Buffer): Promise<number> {
  const boundary = createHash('sha256').update(block).digest('hex');
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="upload_file"; filename="large.bin"\r\n\r\n`;
  const body = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(head);
    for (let sent = 0; sent < FILE_BYTES; sent += block.length) yield block;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.apiKey}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
    });
    outgoing.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    pipeline(Readable.from(body()), outgoing).catch(reject);
  });
}

async function peakResidentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

import { connect } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

import { afterEach, expect, test, vi } from 'vitest';

import {
  filePart,
  formOf,
  KEY,
  MAX_UPLOAD_BYTES,
  post,
  purposePart,
  startUploadServer,
  type Stored,
} from '../../../test/support/upload-server.ts';
import type { HttpServer } from '../server.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function startServer(options: Parameters<typeof startUploadServer>[0] = {}) {
  const server = await startUploadServer(options);
  open.push(server.app);
  return server;
}

test('a file of exactly the limit passes, one byte more is 413 and names the setting', async () => {
  const { url, seen } = await startServer();
  const fits = await post(url, formOf(['purpose', 'parse'], ['file', sized(MAX_UPLOAD_BYTES)]));
  expect(fits.status).toBe(200);
  const over = await post(url, formOf(['file', sized(MAX_UPLOAD_BYTES + 1)], ['purpose', 'parse']));
  expect(over.status).toBe(413);
  expect(over.headers.get('x-should-retry')).toBe('false');
  expect(JSON.stringify(over.json)).toMatch(/1000000 bytes.*SHEAF_MAX_UPLOAD_BYTES/);
  expect(seen).toMatchObject({ stored: 1, discarded: 0, failed: [expect.objectContaining({ status: 413 })] });
});

function sized(bytes: number): File {
  return new File([new Uint8Array(bytes)], 'zeros.bin');
}

test("a sink's own failure keeps its meaning", async () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const keep = async (stream: Readable): Promise<Stored> => {
    await pipeline(stream, new Writable({ write: (_chunk, _encoding, done) => done(full) }));
    throw new Error('not reached');
  };
  const { url, seen } = await startServer({ keep });
  const { status, json } = await post(url, formOf(['file', sized(900_000)], ['purpose', 'parse']));
  expect(status).toBe(507);
  expect(json).toEqual({ detail: expect.stringContaining('no storage space') });
  expect(seen).toMatchObject({ discarded: 0, failed: [full] });
});

test('a sink that does not read to the end holds nothing up', async () => {
  const { url } = await startServer({ keep: async () => ({ size: 0, sha256: 'ignored' }) });
  const { status, json } = await post(url, formOf(['file', sized(900_000)], ['purpose', 'parse']));
  expect(status).toBe(200);
  expect(json).toMatchObject({ sha256: 'ignored', fields: { purpose: 'parse' } });
});

test('a declared length that cannot fit is answered before the body is sent', async () => {
  const { port, seen } = await startServer();
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        'POST /upload HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\nContent-Length: 999999999\r\n' +
          'Content-Type: multipart/form-data; boundary=B\r\n\r\n',
      );
    });
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(seen.infos).toEqual([]);
});

test.each([
  ['inside the file', `--B\r\n${filePart('filename="a.pdf"', 'half a f')}`, { stored: 0, discarded: 0 }],
  [
    'after the file',
    `--B\r\n${filePart('filename="a.pdf"', 'whole')}\r\n--B\r\nContent-Disposition: form-data; na`,
    { stored: 1, discarded: 1 },
  ],
])('a client that goes away %s leaves nothing stored', async (_, sent, outcome) => {
  const { port, seen } = await startServer();
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(
      'POST /upload HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\nContent-Length: 5000\r\n' +
        `Content-Type: multipart/form-data; boundary=B\r\n\r\n${sent}`,
    );
  });
  await vi.waitFor(() => expect(seen.infos).toHaveLength(1), { timeout: 5000 });
  if (outcome.stored > 0) await vi.waitFor(() => expect(seen.stored).toBe(1), { timeout: 5000 });
  socket.destroy();
  await vi.waitFor(() => expect({ ...seen, failures: seen.failed.length }).toMatchObject(outcome), {
    timeout: 5000,
  });
  if (outcome.stored === 0) await vi.waitFor(() => expect(seen.failed).toHaveLength(1), { timeout: 5000 });
});

test('a form that ends too early or has no boundary is a 400', async () => {
  const { url, seen } = await startServer();
  const send = async (type: string, body: string) => {
    const response = await fetch(url, { method: 'POST', headers: { ...KEY, 'content-type': type }, body });
    return response.status;
  };
  expect(await send('multipart/form-data; boundary=B', `--B\r\n${filePart('filename="a"')}`)).toBe(400);
  expect(await send('multipart/form-data', 'x')).toBe(400);
  expect(await send('application/json', '{}')).toBe(415);
  expect(seen.stored).toBe(0);
});

test.each([
  ['no end', ''],
  ['a boundary and nothing behind it', '\r\n--B\r\n'],
  ['half a boundary', '\r\n--'],
])('a short form with %s is a 400, whatever is read first', async (_, end) => {
  // By then all of the form is there, and is parsed in one go.
  const { url, seen } = await startServer({ admit: () => setTimeout(3) });
  const body = `--B\r\n${purposePart}\r\n--B\r\n${filePart('filename="a.pdf"', 'whole')}${end}`;
  const headers = { ...KEY, 'content-type': 'multipart/form-data; boundary=B' };
  // Whether the file is handed over before the form is known to be broken is chance.
  for (let round = 0; round < 30; round += 1) {
    const { status } = await fetch(url, { method: 'POST', headers, body });
    expect(status).toBe(400);
  }
  expect(seen.stored).toBe(seen.discarded);
});

test('memory stays flat while a large file comes in', async () => {
  const { url } = await startServer({ maxUploadBytes: 500_000_000 });
  const chunk = Buffer.alloc(1_000_000, 'a');
  const file = async function* () {
    yield Buffer.from(`--B\r\n${purposePart}\r\n--B\r\n${filePart('filename="big.bin"', '')}`);
    for (let sent = 0; sent < 400; sent += 1) yield chunk;
    yield Buffer.from('\r\n--B--\r\n');
  };
  let peak = 0;
  const before = process.memoryUsage().rss;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...KEY, 'content-type': 'multipart/form-data; boundary=B' },
      body: Readable.toWeb(Readable.from(file())) as never,
      duplex: 'half',
    } as never);
    expect(await response.json()).toMatchObject({ size: 400_000_000 });
  } finally {
    clearInterval(watch);
  }
  expect(peak - before).toBeLessThan(150_000_000);
});

import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { toFile } from '@llamaindex/llama-cloud';
import { afterEach, expect, test, vi } from 'vitest';

import { createLogger } from '../../logger.ts';
import { FileUploadFields } from '../schemas/file.ts';
import { createHttpServer, type HttpServer } from '../server.ts';
import { createFormReader, type UploadInfo } from './form-reader.ts';

const MAX_UPLOAD_BYTES = 1_000_000;
const KEY = { authorization: 'Bearer llx-test' };
const principal = { keyId: 'key-1', projectId: 'p', organizationId: 'o' };

interface Stored {
  readonly size: number;
  readonly sha256: string;
}

/** A server with one upload route that keeps only digests, and what became of every file. */
async function startServer({ maxUploadBytes = MAX_UPLOAD_BYTES, keep = digest } = {}) {
  const seen = { stored: 0, discarded: 0, failed: [] as unknown[], infos: [] as UploadInfo[] };
  const app = createHttpServer({
    logger: createLogger({ level: 'silent' }),
    authenticate: async () => principal,
    maxUploadBytes,
    version: '0',
  });
  const form = createFormReader({ fileField: 'file', fields: FileUploadFields });
  app.register(async (routes) => {
    routes.post('/upload', { config: { form: form.description } }, async (request) => {
      const sink = {
        async store(stream: Readable, info: UploadInfo): Promise<Stored> {
          seen.infos.push(info);
          try {
            const stored = await keep(stream);
            seen.stored += 1;
            return stored;
          } catch (error) {
            seen.failed.push(error);
            throw error;
          }
        },
        async discard() {
          seen.discarded += 1;
        },
      };
      const { file, info, fields } = await form.read(request, sink);
      return { ...file, ...info, fields };
    });
  });
  open.push(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { app, port, seen, url: `http://127.0.0.1:${port}/upload` };
}

async function digest(stream: Readable): Promise<Stored> {
  const hash = createHash('sha256');
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done();
    },
  });
  await pipeline(stream, sink);
  return { size, sha256: hash.digest('hex') };
}

const open: HttpServer[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

function formOf(...parts: [name: string, value: string | File][]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return form;
}

async function post(url: string, body: FormData) {
  const response = await fetch(url, { method: 'POST', headers: KEY, body });
  return { status: response.status, headers: response.headers, json: (await response.json()) as never };
}

/** Sends raw part headers, which FormData would not let through. */
async function postRaw(url: string, parts: string[]) {
  const body = [...parts.map((part) => `--B\r\n${part}\r\n`), '--B--\r\n'].join('');
  const headers = { ...KEY, 'content-type': 'multipart/form-data; boundary=B' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, json: (await response.json()) as never };
}

const filePart = (disposition: string, content = 'x') =>
  `Content-Disposition: form-data; name="file"; ${disposition}\r\nContent-Type: application/pdf\r\n\r\n${content}`;
const purposePart = 'Content-Disposition: form-data; name="purpose"\r\n\r\nparse';

test('parts may come in any order, and names are UTF-8', async () => {
  const { url } = await startServer();
  const file = new File(['hello'], 'Übersicht 2026 – 概要.pdf', { type: 'application/pdf' });
  for (const form of [
    formOf(['file', file], ['purpose', 'parse']),
    formOf(['purpose', 'parse'], ['file', file]),
  ]) {
    const { status, json } = await post(url, form);
    expect(status).toBe(200);
    expect(json).toEqual({
      size: 5,
      sha256: createHash('sha256').update('hello').digest('hex'),
      fileName: 'Übersicht 2026 – 概要.pdf',
      mediaType: 'application/pdf',
      fields: { purpose: 'parse' },
    });
  }
});

test("the SDK's own uploadable works, and unknown text fields and empty ones are passed over", async () => {
  const { url } = await startServer();
  const file = await toFile(Readable.from([Buffer.from('streamed')]), 'report.docx');
  const form = formOf(
    ['file', file as File],
    ['purpose', 'parse'],
    ['external_file_id', ''],
    ['mood', 'good'],
  );
  const { status, json } = await post(url, form);
  expect(status).toBe(200);
  expect(json).toMatchObject({ size: 8, fileName: 'report.docx', fields: { purpose: 'parse' } });
});

test.each([
  ['filename="C:\\\\Users\\\\me\\\\plan.pdf"', 'plan.pdf'],
  ['filename="/home/me/../etc/plan.pdf"', 'plan.pdf'],
  ["filename*=UTF-8''%E6%A6%82%E8%A6%81.pdf", '概要.pdf'],
  ['filename="a;b,c.pdf"', 'a;b,c.pdf'],
])('file name of %s is %s', async (disposition, fileName) => {
  const { url } = await startServer();
  expect(await postRaw(url, [purposePart, filePart(disposition)])).toMatchObject({
    status: 200,
    json: { fileName },
  });
});

test.each([
  ['no name', 'filename=""', 'value_error'],
  ['only a parent', 'filename=".."', 'value_error'],
  ['a NUL', 'filename="a\0.pdf"', 'value_error'],
  ['a name too long', `filename="${'n'.repeat(3001)}"`, 'string_too_long'],
])('a file with %s is refused and not stored', async (_, disposition, type) => {
  const { url, seen } = await startServer();
  const { status, json } = await postRaw(url, [purposePart, filePart(disposition)]);
  expect(status).toBe(422);
  expect(json).toMatchObject({ detail: [{ type, loc: ['body', 'file'] }] });
  expect(seen.infos).toEqual([]);
});

test('a form without its file names every problem', async () => {
  const { url } = await startServer();
  const { status, json } = await post(url, formOf(['external_file_id', 'e']));
  expect(status).toBe(422);
  expect(json).toEqual({
    detail: [
      { type: 'missing', loc: ['body', 'file'], msg: 'Field required' },
      { type: 'missing', loc: ['body', 'purpose'], msg: 'Field required', input: { external_file_id: 'e' } },
    ],
  });
});

test('a Buffer sent byte by byte is a missing file', async () => {
  const { url } = await startServer();
  const bytes = Array.from({ length: 3000 }, (_, i): [string, string] => [`file[${i}]`, String(i % 256)]);
  const { status, json } = await post(url, formOf(['purpose', 'parse'], ...bytes));
  expect(status).toBe(422);
  expect(json).toMatchObject({ detail: [{ type: 'missing', loc: ['body', 'file'] }] });
});

test('a text in place of the file, a second file and a file elsewhere are refused', async () => {
  const { url, seen } = await startServer();
  const file = () => new File(['x'], 'x.txt');
  const text = await post(url, formOf(['purpose', 'parse'], ['file', 'not a file']));
  expect(text).toMatchObject({
    status: 422,
    json: { detail: [{ type: 'value_error', loc: ['body', 'file'] }] },
  });
  const twice = await post(url, formOf(['purpose', 'parse'], ['file', file()], ['file', file()]));
  expect(twice).toMatchObject({
    status: 422,
    json: { detail: [{ type: 'extra_forbidden', loc: ['body', 'file'] }] },
  });
  const elsewhere = await post(url, formOf(['purpose', 'parse'], ['upload_file', file()]));
  expect(elsewhere).toMatchObject({
    status: 422,
    json: {
      detail: [
        { type: 'extra_forbidden', loc: ['body', 'upload_file'] },
        { type: 'missing', loc: ['body', 'file'] },
      ],
    },
  });
  expect(seen).toMatchObject({ stored: 1, discarded: 1 });
});

test('a stored file is discarded when a later field is bad', async () => {
  const { url, seen } = await startServer();
  const { status } = await post(url, formOf(['file', new File(['x'], 'x.txt')], ['external_file_id', 'e\0']));
  expect(status).toBe(422);
  expect(seen).toMatchObject({ stored: 1, discarded: 1 });
});

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

import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { expect, test, vi } from 'vitest';

import { createEgress } from './egress.ts';
import { EgressError } from './error.ts';
import { serve, type TestServer } from './servers.fixture.ts';

const egress = createEgress({ allow: ['127.0.0.1'] });
const LIMITS = { timeoutMs: 10_000, maxResponseBytes: 1000 };

async function noneOpen(server: TestServer): Promise<void> {
  await vi.waitFor(() => expect(server.open.size).toBe(0), { timeout: 5000 });
}

test('an answer is read as a stream', async () => {
  let headers: Record<string, unknown> = {};
  await using server = await serve((request, response) => {
    headers = request.headers;
    response.writeHead(200, { 'content-type': 'application/pdf' }).end('x'.repeat(1000));
  });
  const answer = await egress.open({ url: `http://127.0.0.1:${server.port}/`, ...LIMITS });
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
  expect(await text(answer.stream)).toBe('x'.repeat(1000));
  expect(headers).toMatchObject({ 'accept-encoding': 'identity' });
  await noneOpen(server);
});

test.each([
  ['announces', { 'content-length': '1001' }],
  ['does not announce', {}],
])('more than allowed fails when the other side %s it', async (_, headers) => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, headers).write('x'.repeat(1001));
  });
  const { stream } = await egress.open({ url: `http://127.0.0.1:${server.port}/`, ...LIMITS });
  await expect(text(stream)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringContaining('1000 bytes'),
  });
  await noneOpen(server);
});

test.each([
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('an answer that comes compressed with %s is unpacked, within its limit', async (encoding, compress) => {
  await using server = await serve((request, response) => {
    const body = Buffer.alloc(request.url === '/bomb' ? 10_000_000 : 1000, 'x');
    response.writeHead(200, { 'content-encoding': encoding }).end(compress(body));
  });
  const url = `http://127.0.0.1:${server.port}`;
  const answer = await egress.open({ url, ...LIMITS });
  expect(await text(answer.stream)).toBe('x'.repeat(1000));
  const bomb = await egress.open({ url: `${url}/bomb`, ...LIMITS, maxResponseBytes: 100_000 });
  await expect(text(bomb.stream)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  await noneOpen(server);
});

test('an answer that is not compressed as it says fails', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain');
  });
  const { stream } = await egress.open({ url: `http://127.0.0.1:${server.port}/`, ...LIMITS });
  await expect(text(stream)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: expect.stringContaining('not compressed as it says'),
  });
});

test.each(['constructor', '__proto__', 'toString', 'zstd'])(
  'a compression that nobody knows (%s) leaves the answer as it came',
  async (encoding) => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('plain');
    });
    const { stream } = await egress.open({ url: `http://127.0.0.1:${server.port}/`, ...LIMITS });
    expect(await text(stream)).toBe('plain');
    await noneOpen(server);
  },
);

test('a stream that stalls, or that nobody reads, ends with the time limit', async () => {
  await using server = await serve((_, response) => response.write('x'));
  const url = `http://127.0.0.1:${server.port}/`;
  const read = await egress.open({ url, ...LIMITS, timeoutMs: 200 });
  await expect(text(read.stream)).rejects.toMatchObject({ code: 'TIMEOUT' });
  const unread = await egress.open({ url, ...LIMITS, timeoutMs: 200 });
  const [error] = await once(unread.stream, 'error').catch((thrown: unknown) => [thrown]);
  expect(error).toMatchObject({ code: 'TIMEOUT' });
  await noneOpen(server);
});

test('a broken stream, a given-up one and a destroyed one leave nothing behind', async () => {
  await using server = await serve((request, response) => {
    response.write('x');
    if (request.url === '/break') setImmediate(() => response.destroy());
  });
  const url = `http://127.0.0.1:${server.port}`;
  const broken = await egress.open({ url: `${url}/break`, ...LIMITS });
  const error = await text(broken.stream).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EgressError);
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });

  const controller = new AbortController();
  const given = await egress.open({ url, ...LIMITS, signal: controller.signal });
  const failure = text(given.stream).catch((thrown: unknown) => thrown);
  controller.abort();
  expect(await failure).toMatchObject({ code: 'ABORTED' });

  const destroyed = await egress.open({ url, ...LIMITS });
  destroyed.stream.destroy();
  await noneOpen(server);
});

test('a private address cannot be opened', async () => {
  const url = 'http://169.254.169.254/latest/meta-data/';
  await expect(egress.open({ url, ...LIMITS })).rejects.toMatchObject({ code: 'EGRESS_DENIED' });
});

import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import type { Services } from '../services/context.ts';
import { fetchSource, type FetchedSource } from './source-document.ts';

let bench: TestServices;
let services: Services;
let server: Server;
let origin: string;
let answer: RequestListener;
const asked: string[] = [];

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  services = withLimits(bench.services, { maxUploadBytes: 1000 });
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  asked.length = 0;
  const left = await readdir(services.blobs.temporaryDirectory);
  expect(left).toEqual([]);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bench[Symbol.asyncDispose]();
});

const fetchIt = (
  path: string,
  options: { name?: string; signal?: AbortSignal; from?: Services } = {},
): Promise<FetchedSource> =>
  fetchSource(
    options.from ?? services,
    { url: `${origin}${path}`, proxy: null, name: options.name ?? 'asked.pdf' },
    options.signal ?? new AbortController().signal,
  );

/** What was fetched, its file removed. */
async function contents(fetched: FetchedSource) {
  if (fetched.kind !== 'document') throw new Error(JSON.stringify(fetched));
  const { path, ...rest } = fetched;
  const bytes = await readFile(path);
  await rm(path);
  return { bytes, ...rest };
}

test('a document comes into a temporary file, counted and hashed', async () => {
  const body = Buffer.from('the document');
  answer = (_, response) => response.end(body);
  const { bytes, ...rest } = await contents(await fetchIt('/files/report.pdf?version=3'));
  expect(bytes).toEqual(body);
  expect(rest).toMatchObject({
    sizeBytes: body.length,
    sha256: createHash('sha256').update(body).digest(),
    name: 'report.pdf',
    fileName: 'report.pdf',
  });
});

test.each([
  ['/download?id=7', {}, 'asked.pdf', 'asked.pdf'],
  [
    '/download',
    { 'content-disposition': 'attachment; filename="of server.pdf"' },
    'of server.pdf',
    'of server.pdf',
  ],
  ['/table', { 'content-type': 'text/csv; charset=utf-8' }, 'asked.pdf', 'asked.pdf.csv'],
  ['/table.csv', { 'content-type': 'text/csv' }, 'table.csv', 'table.csv'],
  ['/page.php', { 'content-type': 'Text/HTML' }, 'page.php', 'page.php.html'],
  ['/a', { 'content-type': 'constructor', 'content-encoding': '__proto__' }, 'asked.pdf', 'asked.pdf'],
])('%s with %o is called %s, for the engine %s', async (path, headers, name, fileName) => {
  answer = (_, response) => response.writeHead(200, headers as Record<string, string>).end('x');
  expect(await contents(await fetchIt(path))).toMatchObject({ name, fileName });
});

test('redirects are followed, and the last name on the way counts', async () => {
  answer = ({ url }, response) => {
    const next = { '/a': '/b/final.pdf', '/b/final.pdf': `${origin}/opaque` }[url ?? ''];
    if (next === undefined) response.end('found');
    else response.writeHead(302, { location: next }).end('not this');
  };
  const { bytes, name } = await contents(await fetchIt('/a'));
  expect([bytes.toString(), name]).toEqual(['found', 'final.pdf']);
  expect(asked).toEqual(['/a', '/b/final.pdf', '/opaque']);
});

test('a redirect to where nobody may go is refused like the address itself', async () => {
  answer = (_, response) => response.writeHead(307, { location: 'http://127.0.0.2/secret?token=1' }).end();
  const fetched = await fetchIt('/a');
  expect(fetched).toMatchObject({ kind: 'failure', code: 'SOURCE_URL_REFUSED' });
  expect(JSON.stringify(fetched)).not.toContain('token');
});

test('redirects that never end are given up', async () => {
  answer = ({ url }, response) => response.writeHead(302, { location: `${url}x` }).end();
  expect(await fetchIt('/a')).toMatchObject({
    code: 'SOURCE_URL_FAILED',
    message: expect.stringContaining('5 times') as string,
  });
  expect(asked).toHaveLength(6);
});

test('what the server will not give is told, and not asked for again', async () => {
  answer = (_, response) => response.writeHead(404).end('no');
  expect(await fetchIt('/secret-path')).toEqual({
    kind: 'failure',
    code: 'SOURCE_URL_FAILED',
    message: `source_url: ${origin.slice(7)} answered with HTTP status 404 instead of the document.`,
  });
  expect(asked).toHaveLength(1);
});

test('a server that is busy for a moment is asked again', async () => {
  answer = (_, response) => (asked.length === 1 ? response.writeHead(503).end() : response.end('at last'));
  expect((await contents(await fetchIt('/a'))).bytes.toString()).toBe('at last');
});

test('a document over the limit is not kept', async () => {
  answer = (_, response) => response.end(Buffer.alloc(1001));
  expect(await fetchIt('/a')).toMatchObject({
    kind: 'failure',
    code: 'DOCUMENT_TOO_LARGE',
    message: expect.stringContaining('SHEAF_MAX_UPLOAD_BYTES') as string,
  });
  expect(asked).toHaveLength(1);
});

test('a connection that breaks off leaves no half document; after three tries it is given up', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => response.destroy());
  };
  const began = performance.now();
  expect(await fetchIt('/a')).toMatchObject({ kind: 'failure', code: 'SOURCE_URL_FAILED' });
  expect(asked).toHaveLength(3);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a fetch that is aborted ends at once', async () => {
  const controller = new AbortController();
  answer = (_, response) => {
    response.writeHead(200).write('begun');
    controller.abort();
  };
  expect(await fetchIt('/a', { signal: controller.signal })).toEqual({ kind: 'cancelled' });
});

test('a fault of our own is thrown, not blamed on the address', async () => {
  answer = (_, response) => response.end('x');
  const full = Object.assign(new Error('No space left on device'), { code: 'ENOSPC' });
  const blobs = { ...services.blobs, receive: () => Promise.reject(full) };
  await expect(fetchIt('/a', { from: { ...services, blobs } })).rejects.toBe(full);
});

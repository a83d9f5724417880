import { randomBytes } from 'node:crypto';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { pipeline, Readable, Transform } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerRoutes } from '../../src/http/routes/index.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import type { BlobStore, Services } from '../../src/services/context.ts';
import { createDirectory } from '../../src/services/directories.ts';
import { addFile, deleteFile } from '../../src/services/files.ts';
import { storeUpload } from '../../src/services/uploads.ts';
import { addProject } from '../support/batch-scenes.ts';
import { uploadInto } from '../support/directory-scenes.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { openTestServices, type TestServices, TEST_SERVER } from '../support/test-services.ts';

const KEY = { authorization: 'Bearer llx-test' };

let bench: TestServices;
let app: HttpServer;
let projectId: string;

async function startHttp({
  services = bench.services,
  publicUrl,
}: { services?: Services; publicUrl?: string } = {}): Promise<HttpServer> {
  const server = createHttpServer({
    logger: services.logger,
    maxUploadBytes: services.limits.maxUploadBytes,
    authenticate: async () => ({ keyId: 'key-test', projectId, organizationId: projectId }),
    version: '0',
    ...(publicUrl !== undefined && { publicUrl }),
  });
  await server.register((routes) => registerRoutes(routes, { services, server: TEST_SERVER }));
  return server;
}

beforeAll(async () => {
  bench = await openTestServices();
  projectId = await addProject(bench.services.db);
  app = await startHttp();
});
afterAll(async () => {
  await app.close();
  await bench[Symbol.asyncDispose]();
});

async function addNamed(name: string, bytes: Buffer | string): Promise<string> {
  const { services } = bench;
  const upload = await storeUpload(services, Readable.from([Buffer.from(bytes)]), name);
  return (await addFile(services, projectId, upload, { purpose: 'user_data' })).id;
}

/** The link of a file, without its base. */
async function linkTo(id: string, query = ''): Promise<string> {
  const answer = await app.inject({ url: `/api/v1/beta/files/${id}/content${query}`, headers: KEY });
  expect(answer.statusCode).toBe(200);
  const { pathname, search } = new URL(answer.json<{ url: string }>().url);
  return pathname + search;
}

describe('a link', () => {
  test('gives the whole file to somebody without a key, with one, and with a wrong one', async () => {
    const bytes = randomBytes(200_000);
    const url = await linkTo(await addNamed('Übersicht "2026".pdf', bytes));
    for (const headers of [
      {},
      KEY,
      { authorization: 'Bearer llx-unknown' },
      { authorization: 'Basic eDp5' },
    ]) {
      const answer = await app.inject({ url, headers });
      expect(answer.statusCode).toBe(200);
      expect(answer.rawPayload.equals(bytes)).toBe(true);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/pdf',
        'content-length': '200000',
        'content-disposition': `attachment; filename="_bersicht _2026_.pdf"; filename*=UTF-8''%C3%9Cbersicht%20%222026%22.pdf`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': 'sandbox',
        'cache-control': 'private',
        'accept-ranges': 'bytes',
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      });
    }
  });

  test.each(['page.html', 'drawing.svg', 'feed.xml', 'run.js', 'no-extension', 'archive.zip', '.pdf.exe'])(
    'gives %s a type that no browser runs',
    async (name) => {
      const answer = await app.inject({ url: await linkTo(await addNamed(name, '<script>')) });
      expect(answer.headers['content-type']).toBe('application/octet-stream');
    },
  );

  test('tells all but the bytes to HEAD', async () => {
    const url = await linkTo(await addNamed('a.txt', '0123456789'));
    const [head, get] = [await app.inject({ url, method: 'HEAD' }), await app.inject({ url })];
    expect(head.statusCode).toBe(200);
    expect(head.payload).toBe('');
    for (const name of ['content-length', 'content-type', 'content-disposition', 'etag']) {
      expect(head.headers[name], name).toBe(get.headers[name]);
    }
    const ranged = await app.inject({ url, method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect(ranged).toMatchObject({ statusCode: 200, headers: { 'content-length': '10' } });
  });

  test('of an empty file gives nothing', async () => {
    const answer = await app.inject({ url: await linkTo(await addNamed('a.txt', '')) });
    expect(answer).toMatchObject({ statusCode: 200, payload: '', headers: { 'content-length': '0' } });
  });
});

describe('a part of a file', () => {
  let url: string;
  let etag: string;
  beforeAll(async () => {
    url = await linkTo(await addNamed('digits.txt', '0123456789'));
    etag = String((await app.inject({ url, method: 'HEAD' })).headers.etag);
  });

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=4-400', '456789', 'bytes 4-9/10'],
  ])('%s', async (range, payload, contentRange) => {
    const answer = await app.inject({ url, headers: { range } });
    expect(answer).toMatchObject({ statusCode: 206, payload });
    expect(answer.headers).toMatchObject({
      'content-range': contentRange,
      'content-length': String(payload.length),
    });
  });

  test('that is not there is refused, with the size', async () => {
    const answer = await app.inject({ url, headers: { range: 'bytes=10-' } });
    expect(answer).toMatchObject({ statusCode: 416, headers: { 'content-range': 'bytes */10' } });
  });

  test('is given under If-Range only while the bytes are the same', async () => {
    const part = (ifRange: string) =>
      app.inject({ url, headers: { range: 'bytes=0-0', 'if-range': ifRange } });
    expect((await part(etag)).statusCode).toBe(206);
    for (const other of ['"other"', `W/${etag}`, 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      expect(await part(other)).toMatchObject({ statusCode: 200, payload: '0123456789' });
    }
  });

  test('and the whole need not be sent to a client that has it', async () => {
    const answer = await app.inject({ url, headers: { 'if-none-match': `"other", W/${etag}` } });
    expect(answer).toMatchObject({ statusCode: 304, payload: '' });
  });
});

describe('a link is refused', () => {
  let url: URL;
  beforeAll(async () => {
    url = new URL(await linkTo(await addNamed('a.txt', 'secret')), 'http://localhost');
  });

  const changed = (change: (url: URL) => void): string => {
    const copy = new URL(url);
    change(copy);
    return copy.pathname + copy.search;
  };

  test.each<[string, (url: URL) => void]>([
    ['a later end', (link) => link.searchParams.set('expires', String(Date.now()))],
    ['no end', (link) => link.searchParams.delete('expires')],
    [
      'its end written otherwise',
      (link) => link.searchParams.set('expires', `${link.searchParams.get('expires')}.0`),
    ],
    [
      'a longer signature',
      (link) => link.searchParams.set('signature', `${link.searchParams.get('signature')}=`),
    ],
    ['another signature', (link) => link.searchParams.set('signature', 'A'.repeat(43))],
    ['no signature', (link) => link.searchParams.delete('signature')],
    ['another file', (link) => (link.pathname = link.pathname.replace(/.$/, (c) => (c === '0' ? '1' : '0')))],
    ['what is no file', (link) => (link.pathname = link.pathname.replace(/[^/]*$/, 'nothing'))],
  ])('with %s', async (_, change) => {
    const answer = await app.inject({ url: changed(change), headers: KEY });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({ detail: expect.stringContaining('signature does not fit') });
    expect(answer.payload).not.toContain('secret');
  });

  test('when it has expired, and says since when', async () => {
    const id = await addNamed('b.txt', 'x');
    const links = bench.services.downloadLinks;
    // A lifetime in the past: what the link looks like after its time.
    const { expires, signature } = links.sign({ kind: 'file', id }, -10);
    const answer = await app.inject({
      url: `/api/v1/downloads/files/${id}?expires=${expires}&signature=${signature}`,
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({
      detail: `The link expired at ${new Date(expires * 1000).toISOString()}: ask the API for a new one`,
    });
  });
});

describe('a file that was deleted', () => {
  test('is not found by its link any more', async () => {
    const id = await addNamed('a.txt', 'x');
    const url = await linkTo(id);
    await deleteFile(bench.services, projectId, id);
    expect((await app.inject({ url })).statusCode).toBe(404);
  });

  test('is found as long as a directory shows it', async () => {
    const { services } = bench;
    const directory = await createDirectory(services, projectId, { name: 'inbox' });
    const { id, file_id: fileId } = await uploadInto(services, directory, 'kept.txt', {}, 'kept');
    const url = await linkTo(fileId);
    await deleteFile(services, projectId, fileId);
    expect(await app.inject({ url })).toMatchObject({ statusCode: 200, payload: 'kept' });
    await sql`update directory_files set deleted_at = now() where id = ${id}`.execute(services.db);
    expect((await app.inject({ url })).statusCode).toBe(404);
  });

  test('is not found when its bytes are gone', async () => {
    const id = await addNamed('a.txt', 'x');
    const url = await linkTo(id);
    await bench.services.blobs.delete(`uploads/${id.slice(-2)}/${id}`);
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await app.inject({ url, method });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-disposition']).toBeUndefined();
    }
  });
});

describe('the address of a link', () => {
  const urlFrom = async (server: HttpServer, id: string, host = 'sheaf.test:8080'): Promise<string> => {
    const url = `/api/v1/beta/files/${id}/content`;
    const answer = await server.inject({ url, headers: { ...KEY, host } });
    return answer.json<{ url: string }>().url;
  };

  test('is what the client called', async () => {
    const id = await addNamed('a.txt', 'x');
    expect(await urlFrom(app, id)).toMatch(`http://sheaf.test:8080/api/v1/downloads/files/${id}?`);
  });

  test.each(['evil.example"><x', 'a b', 'user@host', 'a/b?c'])(
    'is never %s, which is no host',
    async (host) => {
      const id = await addNamed('a.txt', 'x');
      const url = new URL(await urlFrom(app, id, host));
      expect([url.hostname, url.username, url.pathname]).toEqual([
        'localhost',
        '',
        `/api/v1/downloads/files/${id}`,
      ]);
    },
  );

  test('is the public URL of the server when there is one', async () => {
    const id = await addNamed('a.txt', 'x');
    const server = await startHttp({ publicUrl: 'https://docs.example/sheaf' });
    expect(await urlFrom(server, id)).toMatch(`https://docs.example/sheaf/api/v1/downloads/files/${id}?`);
    await server.close();
  });
});

test('a client that stops reading stops the file, and one that leaves closes it', async () => {
  const MIB = 1024 * 1024;
  const { services } = bench;
  const chunk = randomBytes(MIB);
  const large = Readable.from(Array.from({ length: 64 }, () => chunk));
  const upload = await storeUpload(services, large, 'large.bin');
  const { id } = await addFile(services, projectId, upload, { purpose: 'user_data' });

  let opened: Readable | undefined;
  let sent = 0;
  const blobs: BlobStore = {
    ...services.blobs,
    openRange: async (...range) => {
      opened = await services.blobs.openRange(...range);
      const count = new Transform({
        transform(piece: Buffer, _encoding, done) {
          sent += piece.length;
          done(null, piece);
        },
      });
      return pipeline(opened, count, () => undefined);
    },
  };
  const server = await startHttp({ services: { ...services, blobs } });
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  try {
    const response = await answerTo(`${base}${await linkTo(id)}`);
    expect(response.headers['content-length']).toBe(String(64 * MIB));
    response.pause();
    const readSoFar = await settled(() => sent);
    expect(readSoFar).toBeGreaterThan(0);
    expect(readSoFar).toBeLessThan(32 * MIB);
    response.destroy();
    await waitUntil(() => opened?.closed === true, 10_000, 'the file to be closed');
  } finally {
    await server.close();
  }
});

function answerTo(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(url, resolve).once('error', reject);
  });
}

/** The value once it has been the same ten times in a row. */
async function settled(value: () => number): Promise<number> {
  const seen: number[] = [];
  const isSettled = (): boolean => {
    seen.push(value());
    return seen.length >= 10 && seen.slice(-10).every((one) => one === seen.at(-1) && one > 0);
  };
  await waitUntil(isSettled, 20_000, 'the value to settle');
  return seen.at(-1) ?? 0;
}

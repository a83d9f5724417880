import type { Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { expect, test, vi } from 'vitest';

import { createEgress, type EgressRequest } from './egress.ts';
import { EgressError } from './error.ts';
import { serve, serveTcp, type TestServer } from './servers.fixture.ts';

const LOCAL = { allow: ['127.0.0.1'] };
const PLAIN = { method: 'GET', headers: {}, timeoutMs: 10_000, maxResponseBytes: 1000 } as const;

/** The error an exchange ends with. */
async function failureOf(work: Promise<unknown>): Promise<EgressError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EgressError);
  return error as EgressError;
}

const get = (url: string, more: Partial<EgressRequest> = {}, options = LOCAL) =>
  createEgress(options).request({ ...PLAIN, url, ...more });

async function noneOpen(server: TestServer): Promise<void> {
  await vi.waitFor(() => expect(server.open.size).toBe(0), { timeout: 5000 });
}

test('a request comes as it was given, and its answer goes back', async () => {
  const seen: { request?: IncomingMessage; body?: string } = {};
  await using server = await serve((request, response) => {
    const answerTo = async (): Promise<void> => {
      Object.assign(seen, { request, body: await text(request) });
      response.writeHead(202, { 'x-answer': 'yes' }).end('got it');
    };
    void answerTo();
  });
  const answer = await createEgress(LOCAL).request({
    ...PLAIN,
    url: `http://user:p%40ss@127.0.0.1:${server.port}/a/b?c=d#e`,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-own': 'kept',
      host: 'other.example',
      'transfer-encoding': 'chunked',
      connection: 'keep-alive',
    },
    body: '{"ä":1}',
  });
  expect(answer).toMatchObject({ status: 202, headers: { 'x-answer': 'yes' }, truncated: false });
  expect(answer.body.toString()).toBe('got it');
  expect(answer.milliseconds).toBeGreaterThan(0);
  expect(seen.request).toMatchObject({ method: 'POST', url: '/a/b?c=d' });
  expect(seen.body).toBe('{"ä":1}');
  expect(seen.request?.headers).toEqual({
    host: `127.0.0.1:${server.port}`,
    'user-agent': expect.stringMatching(/^Sheaf\/\d/),
    authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    'content-type': 'application/json',
    'content-length': '8',
    'x-own': 'kept',
    connection: 'close',
  });
  await noneOpen(server);
});

test('nothing is sent without an exception', async () => {
  await using server = await serve((_, response) => response.end());
  const url = `http://127.0.0.1:${server.port}/secret?token=hunter2`;
  const error = await failureOf(get(url, {}, { allow: [] }));
  expect(error.code).toBe('EGRESS_DENIED');
  expect(error.message).not.toContain('hunter2');
  expect(await failureOf(get(url, {}, { allow: ['127.0.0.1:1'] }))).toMatchObject({ code: 'EGRESS_DENIED' });
  expect(createEgress({ allow: [] }).refusalOf(url)).toBe(error.message);
  expect(createEgress(LOCAL).refusalOf(url)).toBeUndefined();
  expect(createEgress(LOCAL).refusalOf('ftp://x')).toMatch(/http/);
  expect(server.connections).toBe(0);
});

test('a name is looked up once and called where it was found, under its own name', async () => {
  let host: string | undefined;
  await using server = await serve((request, response) => {
    host = request.headers.host;
    response.end();
  });
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const lookup = vi.fn(async () => answers.shift() ?? []);
  const egress = createEgress({ ...LOCAL, lookup });
  const url = `http://rebound.example:${server.port}/`;
  expect((await egress.request({ ...PLAIN, url })).status).toBe(200);
  expect(host).toBe(`rebound.example:${server.port}`);
  expect(lookup.mock.calls).toEqual([['rebound.example']]);
  expect(await failureOf(egress.request({ ...PLAIN, url }))).toMatchObject({ code: 'EGRESS_DENIED' });
  expect(server.connections).toBe(1);
});

test('a name that is public first and this machine next is not called on this machine', async () => {
  await using server = await serve((_, response) => response.end());
  const answers = [['192.0.2.1'], ['127.0.0.1']];
  const lookup = vi.fn(async () => answers.shift() ?? []);
  // The documentation network stands for the public: nobody is there, and the check lets it pass.
  const egress = createEgress({ allow: ['192.0.2.0/24'], lookup });
  const url = `http://rebound.example:${server.port}/`;
  const error = await failureOf(egress.request({ ...PLAIN, url, timeoutMs: 300 }));
  expect(['TIMEOUT', 'CONNECTION_FAILED']).toContain(error.code);
  expect(lookup).toHaveBeenCalledTimes(1);
  expect(await failureOf(egress.request({ ...PLAIN, url }))).toMatchObject({ code: 'EGRESS_DENIED' });
  expect(server.connections).toBe(0);
});

test('the next address is tried when one refuses', async () => {
  await using server = await serve((_, response) => response.end('here'));
  const lookup = async () => ['127.0.0.2', '127.0.0.1'];
  const egress = createEgress({ allow: ['127.0.0.0/8'], lookup });
  const answer = await egress.request({ ...PLAIN, url: `http://two.example:${server.port}/` });
  expect(answer.body.toString()).toBe('here');
});

test('IPv6 is called like any other', async () => {
  await using server = await serve((request, response) => response.end(request.headers.host), '::1');
  const url = `http://[::1]:${server.port}/`;
  expect(await failureOf(get(url))).toMatchObject({ code: 'EGRESS_DENIED' });
  const answer = await get(url, {}, { allow: ['::1'] });
  expect(answer.body.toString()).toBe(`[::1]:${server.port}`);
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is an answer, not an order', async (status) => {
  await using inner = await serve((_, response) => response.end('secret'));
  await using server = await serve((_, response) => {
    response.writeHead(status, { location: `http://127.0.0.1:${inner.port}/` }).end();
  });
  const allow = [`127.0.0.1:${server.port}`];
  const answer = await get(`http://127.0.0.1:${server.port}/`, {}, { allow });
  expect([answer.status, answer.headers.location]).toEqual([status, `http://127.0.0.1:${inner.port}/`]);
  expect(inner.connections).toBe(0);
});

test('an endless answer is cut and its connection closed', async () => {
  await using server = await serve((_, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  });
  const answer = await get(`http://127.0.0.1:${server.port}/`, { maxResponseBytes: 25_000 });
  expect(answer).toMatchObject({ status: 200, truncated: true });
  expect(answer.body.toString()).toBe('x'.repeat(25_000));
  await noneOpen(server);
});

test('an answer of exactly the allowed size is whole', async () => {
  await using server = await serve((_, response) => response.end('x'.repeat(1000)));
  expect(await get(`http://127.0.0.1:${server.port}/`)).toMatchObject({ truncated: false });
});

test.each([
  ['never answers', () => undefined],
  ['sends its head slowly', (write: (text: string) => void) => write('HTTP/1.1 200 OK\r\nx-a: 1\r\n')],
])('one that %s runs into the time limit', async (_, act) => {
  await using server = await serveTcp((socket) => {
    socket.once('data', () => act((part) => socket.write(part)));
  });
  const error = await failureOf(get(`http://127.0.0.1:${server.port}/`, { timeoutMs: 200 }));
  expect(error).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('0.2 seconds') });
  await noneOpen(server);
});

test.each([
  ['breaks off', (socket: Socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\nabc')],
  ['does not end', (socket: Socket) => socket.write('HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\nabc')],
])('the status of an answer whose body %s counts, with what came of the body', async (_, answer) => {
  await using server = await serveTcp((socket) => {
    socket.once('data', () => void answer(socket));
  });
  const got = await get(`http://127.0.0.1:${server.port}/`, { timeoutMs: 300 });
  expect(got).toMatchObject({ status: 201, truncated: true });
  expect(got.body.toString()).toBe('abc');
  await noneOpen(server);
});

test('two names are looked up at a time, and a call that gives up while it waits is not among them', async () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const lookup = (name: string): Promise<string[]> =>
    new Promise((resolve) => {
      asked.push(name);
      answers.push(() => resolve([]));
    });
  const egress = createEgress({ allow: [], lookup });
  const call = (name: string, timeoutMs: number) =>
    failureOf(egress.request({ ...PLAIN, url: `http://${name}.example/`, timeoutMs }));
  const slow = [call('a', 10_000), call('b', 10_000)];
  const waiting = call('d', 10_000);
  expect(await call('c', 50)).toMatchObject({ code: 'TIMEOUT' });
  expect(asked).toEqual(['a.example', 'b.example']);
  for (const answer of answers) answer();
  for (const error of await Promise.all(slow)) expect(error.code).toBe('UNRESOLVED');
  await vi.waitFor(() => expect(asked).toEqual(['a.example', 'b.example', 'd.example']), { timeout: 5000 });
  answers.at(-1)?.();
  expect((await waiting).code).toBe('UNRESOLVED');
});

test('a look-up that hangs runs into the time limit too', async () => {
  const egress = createEgress({ allow: [], lookup: () => new Promise(() => undefined) });
  const error = await failureOf(egress.request({ ...PLAIN, url: 'http://slow.example/', timeoutMs: 50 }));
  expect(error.code).toBe('TIMEOUT');
});

test('the caller may give up before, while waiting and while reading', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/reading') response.write('x');
  });
  const reason = new Error('the job was cancelled');
  const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const before = await failureOf(get(url('/'), { signal: AbortSignal.abort(reason) }));
  expect(before).toMatchObject({ code: 'ABORTED', cause: reason });
  for (const path of ['/waiting', '/reading']) {
    const controller = new AbortController();
    const failure = failureOf(get(url(path), { signal: controller.signal }));
    await vi.waitFor(() => expect(server.open.size).toBe(1), { timeout: 5000 });
    controller.abort(reason);
    expect(await failure).toMatchObject({ code: 'ABORTED', cause: reason });
    await noneOpen(server);
  }
});

test.each([
  ['closes at once', '', /cut/],
  ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', /not HTTP/],
  ['changes the protocol', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', /protocol/],
  ['has an endless head', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`, /not HTTP/],
])('one that %s is told as such', async (_, answer, reason) => {
  await using server = await serveTcp((socket) => {
    socket.once('data', () => socket.end(answer));
  });
  const error = await failureOf(get(`http://127.0.0.1:${server.port}/`));
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', message: expect.stringMatching(reason) });
  expect(error.message).toContain(`127.0.0.1:${server.port}`);
});

test('a closed port is told as such, without the address behind a name', async () => {
  const server = await serveTcp(() => undefined);
  await server[Symbol.asyncDispose]();
  const egress = createEgress({ ...LOCAL, lookup: async () => ['127.0.0.1'] });
  const error = await failureOf(egress.request({ ...PLAIN, url: `http://closed.example:${server.port}/` }));
  expect(error.code).toBe('CONNECTION_FAILED');
  expect(error.message).toBe(`The connection to closed.example:${server.port} failed: it was refused.`);
});

test('a header that HTTP cannot carry is named without its value', async () => {
  await using server = await serve((_, response) => response.end());
  const url = `http://127.0.0.1:${server.port}/`;
  for (const headers of [{ 'x-token': 'hunter2\r\nx-evil: 1' }, { 'x token': 'hunter2' }]) {
    const error = await failureOf(get(url, { headers }));
    expect(error.code).toBe('INVALID_HEADER');
    expect(error.message).toMatch(/x.token/);
    expect(error.message).not.toContain('hunter2');
  }
  await noneOpen(server);
});

test('two requests use two connections, so that each is checked', async () => {
  await using server = await serve((_, response) => response.end());
  const egress = createEgress(LOCAL);
  const request = { ...PLAIN, url: `http://127.0.0.1:${server.port}/` };
  await egress.request(request);
  await egress.request(request);
  expect(server.connections).toBe(2);
});

test('an exception that means nothing is refused when the way is made', () => {
  expect(() => createEgress({ allow: ['10.0.0.0/99'] })).toThrow('10.0.0.0/99');
});

test('a signal that outlives its requests collects no listeners', async () => {
  await using server = await serve((_, response) => response.end());
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  await get(`http://127.0.0.1:${server.port}/`, { signal });
  await failureOf(get('http://127.0.0.1:1/', { signal }));
  expect(added).toHaveBeenCalledTimes(2);
  expect(removed).toHaveBeenCalledTimes(2);
});

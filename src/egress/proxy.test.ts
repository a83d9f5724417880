import { createServer, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, test, vi } from 'vitest';

import { createEgress } from './egress.ts';
import { listen, makeCertificate, serve, serveTls, type TestServer } from './servers.fixture.ts';

const LIMITS = { timeoutMs: 10_000, maxResponseBytes: 1000 };

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A proxy that sends everything to one port of this machine. */
async function startProxy(port: number): Promise<{ server: TestServer; seen: Seen[] }> {
  const seen: Seen[] = [];
  const proxy = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    response.end('by the proxy');
  });
  proxy.on('connect', (request, socket, head) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    if (port === 0) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const side of [socket, upstream]) {
      side
        .on('error', () => undefined)
        .once('close', () => [socket, upstream].forEach((end) => end.destroy()));
    }
  });
  return { server: await listen(proxy, '127.0.0.1'), seen };
}

const lookup = async (name: string) => (name === 'public.example' ? ['1.1.1.1'] : ['10.0.0.1']);

test('a plain request goes to the proxy whole, with its user and without the URL’s', async () => {
  const { server, seen } = await startProxy(0);
  await using _ = server;
  const egress = createEgress({ allow: [`127.0.0.1:${server.port}`], lookup });
  const answer = await egress.open({
    url: 'http://user:secret@public.example:81/a?b#c',
    proxy: `http://me:mine@127.0.0.1:${server.port}`,
    ...LIMITS,
  });
  expect([answer.status, await text(answer.stream)]).toEqual([200, 'by the proxy']);
  expect(seen).toMatchObject([
    {
      method: 'GET',
      url: 'http://1.1.1.1:81/a?b',
      headers: {
        host: 'public.example:81',
        'proxy-authorization': `Basic ${Buffer.from('me:mine').toString('base64')}`,
        authorization: `Basic ${Buffer.from('user:secret').toString('base64')}`,
      },
    },
  ]);
});

test('a secure request goes through a tunnel, and the proxy learns nothing but the address', async () => {
  await using target = await serveTls(makeCertificate('public.example'), (_, response) => response.end());
  const { server, seen } = await startProxy(target.port);
  await using _ = server;
  const egress = createEgress({ allow: ['127.0.0.1'], lookup });
  const opened = egress.open({
    url: 'https://user:secret@public.example/path',
    proxy: `http://me:mine@127.0.0.1:${server.port}`,
    ...LIMITS,
  });
  // The certificate signs itself: that the handshake got so far shows that the tunnel stands.
  await expect(opened).rejects.toMatchObject({
    code: 'TLS_FAILED',
    message: expect.stringMatching(/signed by itself/),
  });
  expect(seen).toEqual([
    {
      method: 'CONNECT',
      url: '1.1.1.1:443',
      headers: {
        host: '1.1.1.1:443',
        connection: 'close',
        'proxy-authorization': `Basic ${Buffer.from('me:mine').toString('base64')}`,
      },
    },
  ]);
  await vi.waitFor(() => expect(server.open.size).toBe(0), { timeout: 5000 });
});

test('a proxy that refuses is told as such', async () => {
  const { server } = await startProxy(0);
  await using _ = server;
  const egress = createEgress({ allow: ['127.0.0.1'], lookup });
  const proxy = `http://me:mine@127.0.0.1:${server.port}`;
  const opened = egress.open({ url: 'https://public.example/', proxy, ...LIMITS });
  await expect(opened).rejects.toMatchObject({
    code: 'PROXY_FAILED',
    message: `The proxy 127.0.0.1:${server.port} answered 403 when asked for 1.1.1.1:443.`,
  });
  await vi.waitFor(() => expect(server.open.size).toBe(0), { timeout: 5000 });
});

test('the guard holds for the proxy and for what is behind it', async () => {
  const { server, seen } = await startProxy(0);
  await using _ = server;
  const proxy = `http://127.0.0.1:${server.port}`;
  const strict = createEgress({ allow: [], lookup });
  await expect(strict.open({ url: 'http://public.example/', proxy, ...LIMITS })).rejects.toMatchObject({
    code: 'EGRESS_DENIED',
  });
  const egress = createEgress({ allow: [`127.0.0.1:${server.port}`, 'known.example'], lookup });
  for (const url of ['http://169.254.169.254/', 'http://private.example/', 'https://localhost/']) {
    await expect(egress.open({ url, proxy, ...LIMITS })).rejects.toMatchObject({ code: 'EGRESS_DENIED' });
  }
  expect(server.connections).toBe(0);
  const known = await egress.open({ url: 'http://known.example/', proxy, ...LIMITS });
  expect(await text(known.stream)).toBe('by the proxy');
  // A name that the operator allowed may be one that only the proxy can look up.
  expect(seen.map(({ url }) => url)).toEqual(['http://known.example:80/']);
});

test('the proxy is told the address that was checked, an IPv4 one where there is one', async () => {
  const { server, seen } = await startProxy(0);
  await using _ = server;
  const answers = new Map([
    ['both.example', ['2606:4700:4700::1111', '1.1.1.1']],
    ['six.example', ['2606:4700:4700::1111']],
  ]);
  const egress = createEgress({
    allow: [`127.0.0.1:${server.port}`],
    lookup: async (name) => answers.get(name) ?? [],
  });
  for (const name of answers.keys()) {
    const proxy = `http://127.0.0.1:${server.port}`;
    await text((await egress.open({ url: `http://${name}/`, proxy, ...LIMITS })).stream);
  }
  expect(seen.map(({ url, headers }) => [url, headers.host])).toEqual([
    ['http://1.1.1.1:80/', 'both.example'],
    ['http://[2606:4700:4700::1111]:80/', 'six.example'],
  ]);
});

test('a proxy that is no proxy fails within the time limit', async () => {
  await using server = await serve(() => undefined);
  const egress = createEgress({ allow: ['127.0.0.1'], lookup });
  const proxy = `http://127.0.0.1:${server.port}`;
  const opened = egress.open({ url: 'http://public.example/', proxy, ...LIMITS, timeoutMs: 200 });
  await expect(opened).rejects.toMatchObject({ code: 'TIMEOUT' });
  await expect(
    egress.open({ url: 'http://public.example/', proxy: 'socks5://x', ...LIMITS }),
  ).rejects.toMatchObject({ code: 'INVALID_URL' });
});

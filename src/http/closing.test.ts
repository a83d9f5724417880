import { EventEmitter, once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';

import fastify from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';

import { createLogger } from '../logger.ts';
import { closeGracefully } from './closing.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

function createServer(): HttpServer {
  const app = createHttpServer({
    logger: createLogger({ level: 'silent' }),
    authenticate: async () => null,
    maxUploadBytes: 1000,
    version: '0',
  });
  open.push(app);
  return app;
}

/** Everything that comes over a connection until it closes. */
async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString()));
  await once(socket, 'close');
  return text;
}

test('what is not HTTP gets a body in the shape of errors', async () => {
  const app = createServer();
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('NONSENSE\r\n\r\n');
  const answer = await textOf(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n\{"detail":"Bad Request"\}$/);
});

test('close lets running requests end, refuses new ones and does not wait for kept-alive connections', async () => {
  const app = createServer();
  const signals = new EventEmitter();
  const entered = once(signals, 'entered');
  app.register(async (routes: HttpServer) => {
    routes.get('/open', { config: { public: true } }, async () => ({}));
    routes.get('/slow', { config: { public: true } }, async () => {
      const released = once(signals, 'release');
      signals.emit('entered');
      await released;
      return { done: true };
    });
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const slow = fetch(`${url}/slow`);
  const late = connect(Number(new URL(url).port), '127.0.0.1');
  const lateText = textOf(late);
  late.write('GET /open HTTP/1.1\r\nHost: h\r\n');
  await entered;

  const began = performance.now();
  const closed = app.close();
  await vi.waitFor(() => expect(app.server.listening).toBe(false), { timeout: 5000 });
  late.write('\r\n');
  expect(await lateText).toMatch(
    /^HTTP\/1\.1 503 [^]*retry-after: 2\r\n[^]*\{"detail":"The server is stopping/,
  );
  signals.emit('release');
  const answer = await slow;
  expect(await answer.json()).toEqual({ done: true });
  expect(answer.headers.get('connection')).toBe('close');
  await closed;
  await app.close();
  expect(performance.now() - began).toBeLessThan(5000);
});

test('a request that does not end in time is cut', async () => {
  const app = fastify();
  closeGracefully(app, 200);
  const signals = new EventEmitter();
  const entered = once(signals, 'entered');
  app.get('/stuck', () => {
    signals.emit('entered');
    return new Promise(() => undefined);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const stuck = fetch(`${url}/stuck`).catch((error: unknown) => error);
  await entered;
  await app.close();
  expect(await stuck).toBeInstanceOf(Error);
});

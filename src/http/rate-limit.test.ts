import { afterEach, describe, expect, test } from 'vitest';

import { createLogger } from '../logger.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';
import { createHttpServer, type HttpServer } from './server.ts';

describe('a bucket', () => {
  /** A limiter on a clock that only the test moves. */
  function limiterAt(limit: RateLimit) {
    const clock = { seconds: 100 };
    const limiter = createRateLimiter(limit, () => clock.seconds);
    return { clock, take: (key = 'a') => limiter.take(key) };
  }

  test('gives its burst at once and then its rate', () => {
    const { clock, take } = limiterAt({ perSecond: 2, burst: 3 });
    expect([take(), take(), take()]).toEqual([0, 0, 0]);
    expect(take()).toBeCloseTo(0.5);
    clock.seconds += 0.25;
    expect(take()).toBeGreaterThan(0);
    clock.seconds += 0.25;
    expect(take()).toBe(0);
    expect(take()).toBeGreaterThan(0);
  });

  test('holds the requests of one second when no burst is given, however long it rests', () => {
    const { clock, take } = limiterAt({ perSecond: 2 });
    clock.seconds += 1000;
    expect([take(), take()]).toEqual([0, 0]);
    expect(take()).toBeGreaterThan(0);
  });

  test('is one for each key', () => {
    const { take } = limiterAt({ perSecond: 1 });
    expect([take('a'), take('b')]).toEqual([0, 0]);
    expect(take('a')).toBe(1);
    expect(take('b')).toBe(1);
  });

  test('tells refused requests times one token apart, and then has a token for each', () => {
    const { clock, take } = limiterAt({ perSecond: 4, burst: 1 });
    take();
    const began = clock.seconds;
    const waits = Array.from({ length: 20 }, () => take());
    expect(waits.map((wait) => wait * 4)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const wait of waits) {
      clock.seconds = began + wait;
      expect(take()).toBe(0);
    }
  });

  test('never sends anybody away for longer than the clients wait', () => {
    const { take } = limiterAt({ perSecond: 1 });
    for (let count = 0; count < 500; count += 1) take();
    expect(take()).toBe(30);
  });

  test('does not hold promises against those who come later', () => {
    const { clock, take } = limiterAt({ perSecond: 1 });
    for (let count = 0; count < 10; count += 1) take();
    clock.seconds += 60;
    expect(take()).toBe(0);
    expect(take()).toBe(1);
  });

  test('survives many keys', () => {
    const { clock, take } = limiterAt({ perSecond: 1 });
    for (let count = 0; count < 1_000; count += 1) take(`key-${count}`);
    clock.seconds += 0.5;
    expect(take('one more')).toBe(0);
    expect(take('key-7')).toBe(0.5);
    clock.seconds += 10;
    expect(take('another')).toBe(0);
    expect(take('key-7')).toBe(0);
  });
});

describe('the server', () => {
  let app: HttpServer;
  afterEach(async () => app.close());

  function startServer(rateLimit?: RateLimit): HttpServer {
    app = createHttpServer({
      logger: createLogger({ level: 'silent' }),
      authenticate: async (key) =>
        key.startsWith('llx-') ? { keyId: key, projectId: 'p', organizationId: 'o' } : null,
      maxUploadBytes: 1000,
      version: '0',
      ...(rateLimit && { rateLimit }),
    });
    app.register(async (routes: HttpServer) => {
      routes.get('/limited', async () => ({}));
      routes.post('/limited', async () => ({}));
      routes.get('/open', { config: { public: true } }, async () => ({}));
    });
    return app;
  }
  const get = (url: string, key: string) => app.inject({ url, headers: { authorization: `Bearer ${key}` } });

  test('answers 429 with the time to come back, before it looks at the request', async () => {
    startServer({ perSecond: 2, burst: 1 });
    expect((await get('/limited', 'llx-a')).statusCode).toBe(200);
    const answer = await app.inject({
      method: 'POST',
      url: '/limited',
      headers: { authorization: 'Bearer llx-a', 'content-type': 'application/json' },
      payload: '{not json',
    });
    expect(answer.statusCode).toBe(429);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(/more than 2 requests per second/) });
    expect(answer.headers['retry-after']).toBe('1');
    const milliseconds = Number(answer.headers['retry-after-ms']);
    expect(milliseconds).toBeGreaterThan(0);
    expect(milliseconds).toBeLessThanOrEqual(500);
    expect(answer.headers).not.toHaveProperty('x-should-retry');
    expect((await get('/limited', 'llx-b')).statusCode).toBe(200);
  });

  test('counts requests for the projects of others', async () => {
    startServer({ perSecond: 1 });
    expect((await get('/limited?project_id=foreign', 'llx-a')).statusCode).toBe(404);
    expect((await get('/limited?project_id=foreign', 'llx-a')).statusCode).toBe(429);
  });

  test('counts neither public routes nor strangers nor paths that do not exist', async () => {
    startServer({ perSecond: 1 });
    for (let count = 0; count < 5; count += 1) {
      expect((await get('/open', 'llx-a')).statusCode).toBe(200);
      expect((await get('/api/openapi.json', 'llx-a')).statusCode).toBe(200);
      expect((await get('/docs/', 'llx-a')).statusCode).toBe(200);
      expect((await get('/nowhere', 'llx-a')).statusCode).toBe(404);
      expect((await get('/limited', 'wrong')).statusCode).toBe(401);
      expect((await app.inject({ method: 'OPTIONS', url: '/limited', headers: preflight })).statusCode).toBe(
        204,
      );
    }
    expect((await get('/limited', 'llx-a')).statusCode).toBe(200);
    expect((await get('/limited', 'llx-a')).statusCode).toBe(429);
  });

  test('limits nobody unless it is told to', async () => {
    startServer();
    for (let count = 0; count < 200; count += 1) {
      expect((await get('/limited', 'llx-a')).statusCode).toBe(200);
    }
  });
});

const preflight = {
  origin: 'https://app.example',
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization',
};

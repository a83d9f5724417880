import { Writable } from 'node:stream';

import { pino } from 'pino';
import { Type } from 'typebox';
import { afterEach, expect, test } from 'vitest';

import { notFound, SheafError } from '../errors.ts';
import { BatchCreateBody, BatchGetQuery, BatchListQuery, BatchParams } from './schemas/batch.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';

const PRINCIPAL = { keyId: 'key-1', projectId: '018f-p', organizationId: '018f-o' };
const KEY = { authorization: 'Bearer llx-good' };

const open: HttpServer[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

/** A server with a few routes, and the lines of its log. */
function startServer(options: Partial<HttpServerOptions> = {}) {
  const log: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      log.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  const app = createHttpServer({
    logger: pino({ level: 'debug' }, sink),
    authenticate: async (key) => (key === 'llx-good' ? PRINCIPAL : null),
    maxUploadBytes: 1000,
    version: '0',
    ...options,
  });
  app.register(async (routes: HttpServer) => {
    routes.get('/batches', { schema: { querystring: BatchListQuery } }, async (request) => request.query);
    routes.post('/batches', { schema: { body: BatchCreateBody } }, async (request, reply) =>
      reply.code(201).send({ got: request.body, project: request.principal.projectId }),
    );
    routes.get(
      '/batches/:batch_id',
      { schema: { params: BatchParams, querystring: BatchGetQuery, response: { 200: Type.Object({}) } } },
      async (request) => ({ ...request.params, ...request.query, additive: true }),
    );
    routes.post('/batches/:batch_id/cancel', { schema: { params: BatchParams } }, async (request) => ({
      body: request.body ?? null,
    }));
    routes.get('/public', { config: { public: true } }, async (request) => ({ who: request.principal }));
    routes.get('/open', { config: { public: true } }, async () => ({ ok: true }));
    routes.get('/fail/:how', { schema: { params: Type.Object({ how: Type.String() }) } }, async (request) => {
      throw failures[request.params.how];
    });
  });
  open.push(app);
  return { app, log };
}

const failures: Record<string, unknown> = {
  unknown: new Error('the password is hunter2'),
  text: 'just a text',
  missing: notFound('Batch'),
  conflict: new SheafError('CONFLICT', 'The batch is over.'),
  limited: new SheafError('RATE_LIMITED', 'Too many.', { retryAfterSeconds: 0.2 }),
  database: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
};

test.each([
  ['unknown', 500, /^Internal error; correlation ID: req-7$/, undefined, undefined],
  ['text', 500, /^Internal error; correlation ID: req-7$/, undefined, undefined],
  ['missing', 404, /^Batch not found$/, 'false', undefined],
  ['conflict', 400, /^The batch is over\.$/, 'false', undefined],
  ['limited', 429, /^Too many\.$/, undefined, '1'],
  ['database', 503, /database/, undefined, '2'],
])('a handler that throws %s answers %i', async (how, status, detail, shouldRetry, retryAfter) => {
  const { app, log } = startServer();
  const answer = await app.inject({ url: `/fail/${how}`, headers: { ...KEY, 'x-request-id': 'req-7' } });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toEqual({ detail: expect.stringMatching(detail) });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['x-should-retry']).toBe(shouldRetry);
  expect(answer.headers['retry-after']).toBe(retryAfter);
  const errors = log.filter((line) => line.level === 50 && 'err' in line);
  expect(errors).toHaveLength(status >= 500 ? 1 : 0);
  if (status >= 500) expect(errors[0]).toMatchObject({ requestId: 'req-7' });
});

test('a request is known by its own id when that is sane', async () => {
  const { app } = startServer();
  const id = async (given?: string) => {
    const headers = given === undefined ? {} : { 'x-request-id': given };
    return (await app.inject({ url: '/open', headers })).headers['x-request-id'];
  };
  expect(await id('trace:1.a-b_c')).toBe('trace:1.a-b_c');
  expect(await id('two words')).toMatch(/^[\da-f-]{36}$/);
  expect(await id('x'.repeat(129))).toMatch(/^[\da-f-]{36}$/);
  expect(await id()).not.toBe(await id());
});

test('only a Bearer key of this server gets in, before anything else is looked at', async () => {
  const { app } = startServer();
  const answer = async (authorization?: string) => {
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    return app.inject({ method: 'POST', url: '/batches', headers, payload: '{not json' });
  };
  for (const header of [undefined, 'Basic bGx4', 'Bearer', 'llx-good']) {
    const refused = await answer(header);
    expect([refused.statusCode, refused.json()]).toEqual([401, { detail: 'Not authenticated' }]);
    expect(refused.headers['www-authenticate']).toBe('Bearer');
  }
  const wrong = await answer('Bearer llx-bad');
  expect(wrong.statusCode).toBe(401);
  expect(wrong.json()).toEqual({ detail: expect.stringMatching(/^Invalid API Key/) });
  expect((await answer('bearer llx-good')).statusCode).toBe(422);
});

test('public routes need no key, and nobody is their principal', async () => {
  const { app } = startServer();
  expect((await app.inject('/open')).statusCode).toBe(200);
  expect((await app.inject({ url: '/open', headers: { authorization: 'Bearer any' } })).statusCode).toBe(200);
  expect((await app.inject('/public')).statusCode).toBe(500);
});

test.each([
  ['project_id=', 200],
  ['project_id=018F-P&organization_id=018f-o', 200],
  ['project_id=other', 404],
  ['project_id=018f-p&project_id=other', 404],
  ['organization_id=other', 404],
])('scope ?%s answers %i', async (query, status) => {
  const { app } = startServer();
  expect((await app.inject({ url: `/batches?${query}`, headers: KEY })).statusCode).toBe(status);
});

test.each(['', '{"a":1}'])(
  'a body-less operation takes a JSON content type with body %j',
  async (payload) => {
    const { app } = startServer();
    const headers = { ...KEY, 'content-type': 'application/json' };
    const url = '/batches/bat-1/cancel';
    const answer = await app.inject({ method: 'POST', url, headers, payload });
    expect([answer.statusCode, answer.json()]).toEqual([200, { body: payload ? { a: 1 } : null }]);
    expect((await app.inject({ method: 'POST', url, headers: KEY })).json()).toEqual({ body: null });
  },
);

test.each([
  ['application/json', '{"a":', 422, 'json_invalid', ['body']],
  ['application/json', '', 422, 'missing', ['body']],
  ['application/json', '{"__proto__":{}}', 422, 'json_invalid', ['body']],
  ['application/json', Buffer.from('"\xff"', 'latin1'), 422, 'json_invalid', ['body']],
  [
    'application/json',
    '{"source_directory_id":"a\\u0000"}',
    422,
    'string_unicode',
    ['body', 'source_directory_id'],
  ],
  ['application/json', '{"a":["\\ud800"]}', 422, 'string_unicode', ['body', 'a', 0]],
  ['text/plain', 'x', 415, undefined, undefined],
  ['application/x-www-form-urlencoded', 'a=b', 415, undefined, undefined],
])('a %s body of %j answers %i', async (type, payload, status, kind, loc) => {
  const { app } = startServer();
  const headers = { ...KEY, 'content-type': type };
  const answer = await app.inject({ method: 'POST', url: '/batches', headers, payload });
  expect(answer.statusCode).toBe(status);
  if (kind) expect(answer.json()).toMatchObject({ detail: [{ type: kind, loc }] });
  else expect(answer.json()).toEqual({ detail: expect.any(String) });
  expect(answer.headers['x-should-retry']).toBe('false');
});

test('a JSON body that is too large is 413', async () => {
  const { app } = startServer();
  const payload = JSON.stringify({ source_directory_id: 'x'.repeat(10 * 1024 * 1024) });
  const headers = { ...KEY, 'content-type': 'application/json' };
  const answer = await app.inject({ method: 'POST', url: '/batches', headers, payload });
  expect(answer.statusCode).toBe(413);
});

test('path, query and body are judged in one answer', async () => {
  const { app } = startServer();
  app.register(async (routes: HttpServer) => {
    const schema = {
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      querystring: Type.Object({ n: Type.Integer() }),
      body: Type.Object({ a: Type.String() }),
    };
    routes.post('/all/:id', { schema }, async () => 'ok');
  });
  const answer = await app.inject({ method: 'POST', url: '/all/7', headers: KEY, payload: { a: 1 } });
  expect(answer.json<{ detail: { loc: string[] }[] }>().detail.map(({ loc }) => loc.join('.'))).toEqual([
    'path.id',
    'query.n',
    'body.a',
  ]);
});

test('HEAD runs the validation of GET once', async () => {
  const { app } = startServer();
  const head = await app.inject({ method: 'HEAD', url: '/batches?page_size=5', headers: KEY });
  const get = await app.inject({ url: '/batches?page_size=5', headers: KEY });
  expect([head.statusCode, head.headers['content-length']]).toEqual([200, get.headers['content-length']]);
});

test('response schemas do not strip additive fields', async () => {
  const { app } = startServer();
  const answer = await app.inject({ url: '/batches/bat-1?expand=results,x', headers: KEY });
  expect(answer.json()).toEqual({ batch_id: 'bat-1', expand: ['results', 'x'], additive: true });
});

test.each([
  ['GET', '/nowhere', 404, /^Not found$/],
  ['GET', '/nowhere/', 404, /ends in "\/"/],
  ['GET', '/batches/', 404, /^Resource not found$/],
  ['POST', '/batches//cancel', 404, /^Resource not found$/],
  ['GET', '/batches/%zz', 400, /percent-encoding/],
  ['GET', `/batches/${'x'.repeat(300)}`, 404, /not found/],
  ['DELETE', '/batches', 405, /use GET or HEAD or POST/],
])('%s %s answers %i', async (method, url, status, detail) => {
  const { app } = startServer();
  const answer = await app.inject({ method: method as 'GET', url, headers: KEY });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toEqual({ detail: expect.stringMatching(detail) });
  expect(answer.headers['x-request-id']).toBeDefined();
  expect(answer.headers.allow).toBe(status === 405 ? 'GET, HEAD, POST' : undefined);
});

test('browsers may call with the headers of the SDK', async () => {
  const { app } = startServer();
  const origin = 'https://app.example';
  const asked = 'authorization,content-type,x-stainless-lang,x-stainless-retry-count';
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/batches',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
  });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': asked,
    'access-control-allow-methods': expect.stringContaining('DELETE'),
  });
  const refused = await app.inject({ url: '/batches', headers: { origin } });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['access-control-allow-origin']).toBe('*');
});

test('other origins than the configured ones get no grant', async () => {
  const { app } = startServer({ corsOrigins: ['https://ours.example'] });
  const grant = async (origin: string) =>
    (await app.inject({ url: '/open', headers: { origin } })).headers['access-control-allow-origin'];
  expect(await grant('https://ours.example')).toBe('https://ours.example');
  expect(await grant('https://theirs.example')).toBeUndefined();
});

test('the log names the request and none of its secrets', async () => {
  const { app, log } = startServer();
  await app.inject({ url: '/batches?page_token=s3cret', headers: KEY });
  await app.inject({ url: '/open?token=s3cret' });
  const lines = log.filter((line) => line.msg === 'request');
  expect(lines).toMatchObject([
    { method: 'GET', route: '/batches', path: '/batches', status: 200, milliseconds: expect.any(Number) },
    { method: 'GET', route: '/open', status: 200 },
  ]);
  expect(lines[1]).not.toHaveProperty('path');
  expect(JSON.stringify(log)).not.toMatch(/s3cret|llx-good/);
});

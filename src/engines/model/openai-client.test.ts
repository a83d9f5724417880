import { Writable } from 'node:stream';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { ModelServer, type ModelScript, picturesOf, says, textsOf } from './fixtures/model-server.ts';
import { createModelClient, type ModelClientOptions } from './openai-client.ts';
import type { ModelRequest } from './port.ts';

const KEY = 'a-key-that-nobody-may-see';
const QUESTION: ModelRequest = {
  system: 'You count.',
  parts: [
    { type: 'text', text: 'How many?' },
    { type: 'image', mediaType: 'image/png', base64: 'aGVsbG8=' },
  ],
};
const NEVER = new AbortController().signal;

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(script: ModelScript): Promise<ModelServer> {
  const server = await ModelServer.open(script);
  servers.push(server);
  return server;
}

/** A client of the server, and what it writes to the log. */
function clientOf(baseUrl: string, options: Partial<ModelClientOptions> = {}) {
  let written = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString('utf8');
      done();
    },
  });
  const client = createModelClient({
    baseUrl,
    apiKey: KEY,
    model: 'seer',
    concurrency: 2,
    timeoutMs: 5_000,
    backoffMs: 5,
    logger: pino({ level: 'trace' }, sink),
    ...options,
  });
  return { client, log: () => written };
}

test('sends texts, pictures, the model and the key, and reads the answer with its tokens', async () => {
  const server = await serve(() => says('Three.'));
  const { client } = clientOf(server.baseUrl);
  const answer = await client.complete({ ...QUESTION, maxOutputTokens: 50 }, NEVER);
  expect(answer).toEqual({
    ok: true,
    text: 'Three.',
    finishReason: 'stop',
    usage: { input: 100, output: 20 },
  });
  const [seen] = server.requests;
  expect(seen?.path).toBe('/v1/chat/completions');
  expect(seen?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(seen?.body).toMatchObject({ model: 'seer', temperature: 0, max_tokens: 50 });
  expect(seen?.body.messages?.[0]).toEqual({ role: 'system', content: 'You count.' });
  expect(seen && textsOf(seen)).toBe('How many?');
  expect(seen && picturesOf(seen)).toEqual(['data:image/png;base64,aGVsbG8=']);
});

test('tells nothing of this machine or its environment', async () => {
  process.env['OPENAI_ORG_ID'] = 'org-of-somebody';
  process.env['OPENAI_CUSTOM_HEADERS'] = 'X-Secret: yes';
  try {
    const server = await serve(() => says('Yes.'));
    await clientOf(server.baseUrl).client.complete(QUESTION, NEVER);
    const names = Object.keys(server.requests[0]?.headers ?? {});
    expect(names.toSorted()).toEqual([
      'accept',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
  } finally {
    delete process.env['OPENAI_ORG_ID'];
    delete process.env['OPENAI_CUSTOM_HEADERS'];
  }
});

test('without a key, none is sent', async () => {
  const server = await serve(() => says('Yes.'));
  const client = createModelClient({
    baseUrl: server.baseUrl,
    model: 'seer',
    concurrency: 1,
    timeoutMs: 5_000,
    logger: pino({ level: 'silent' }),
  });
  expect(await client.complete(QUESTION, NEVER)).toMatchObject({ ok: true });
  expect(server.requests[0]?.headers.authorization).toBeUndefined();
});

test.each([
  ['seconds', () => ({ 'retry-after': '1' }), 900],
  ['a date', () => ({ 'retry-after': new Date(Date.now() + 2_000).toUTCString() }), 900],
  ['milliseconds', () => ({ 'retry-after-ms': '300' }), 250],
])('waits as long as the server asks, in %s, and asks again', async (_form, headers, leastMs) => {
  const server = await serve((_request, count) =>
    count === 1
      ? { status: 429, headers: headers(), body: { error: { message: 'slow down' } } }
      : says('Now.'),
  );
  const started = Date.now();
  expect(await clientOf(server.baseUrl).client.complete(QUESTION, NEVER)).toMatchObject({
    ok: true,
    text: 'Now.',
  });
  expect(Date.now() - started).toBeGreaterThanOrEqual(leastMs);
  expect(server.requests).toHaveLength(2);
});

test('a wait that is longer than all tries may take is not begun', async () => {
  const server = await serve(() => ({ status: 429, headers: { 'retry-after': '3600' }, body: {} }));
  const { client } = clientOf(server.baseUrl);
  expect(await client.complete(QUESTION, NEVER)).toMatchObject({ ok: false, code: 'rate_limited' });
  expect(server.requests).toHaveLength(1);
});

test('a server that fails for a while is asked again, one that goes on failing is given up', async () => {
  const server = await serve((_request, count) =>
    count < 3 ? { status: 503, body: 'busy' } : says('Back.'),
  );
  const { client, log } = clientOf(server.baseUrl);
  expect(await client.complete(QUESTION, NEVER)).toMatchObject({ ok: true, text: 'Back.' });
  server.follow(() => ({ status: 500, body: { error: { message: `broken, your key is ${KEY}` } } }));
  const answer = await client.complete(QUESTION, NEVER);
  expect(answer).toMatchObject({ ok: false, code: 'server_error' });
  expect(server.requests).toHaveLength(3 + 5);
  expect(log()).toContain('broken, your key is [key]');
  expect(JSON.stringify(answer) + log()).not.toContain(KEY);
});

test.each([
  [400, {}, 'bad_request'],
  [401, {}, 'unauthorised'],
  [404, {}, 'not_found'],
  [429, { error: { code: 'insufficient_quota', message: 'no money' } }, 'quota_used_up'],
])('a refusal that will not pass (%i) is not tried again', async (status, body, code) => {
  const server = await serve(() => ({ status, body }));
  expect(await clientOf(server.baseUrl).client.complete(QUESTION, NEVER)).toMatchObject({ ok: false, code });
  expect(server.requests).toHaveLength(1);
});

test('a redirect is not followed', async () => {
  const other = await serve(() => says('Caught.'));
  const server = await serve(() => ({
    status: 307,
    headers: { location: `${other.baseUrl}/chat/completions` },
    body: '',
  }));
  expect(await clientOf(server.baseUrl).client.complete(QUESTION, NEVER)).toMatchObject({
    code: 'redirected',
  });
  expect(other.requests).toEqual([]);
});

test('no answer in time ends the request', async () => {
  const server = await serve(() => 'hang');
  const { client } = clientOf(server.baseUrl, { timeoutMs: 60 });
  expect(await client.complete(QUESTION, NEVER)).toMatchObject({ ok: false, code: 'timeout' });
  expect(server.requests.length).toBeGreaterThan(1);
  await expect.poll(() => server.open).toBe(0);
});

test.each([
  ['no JSON', 'hello'],
  ['no choices', { choices: [] }],
  ['no message', { choices: [{ finish_reason: 'stop' }] }],
  ['a number for text', { choices: [{ message: { content: 7 } }] }],
])('an answer with %s is none', async (_what, body) => {
  const server = await serve(() => ({ body }));
  expect(await clientOf(server.baseUrl).client.complete(QUESTION, NEVER)).toMatchObject({
    code: 'bad_answer',
  });
});

test('tells how an answer ended, and leaves thoughts out', async () => {
  const server = await serve((_request, count) =>
    count === 1
      ? says('<think>Hm.</think>\nSo it is', 'length')
      : { body: { choices: [{ message: { refusal: 'No.' } }] } },
  );
  const { client } = clientOf(server.baseUrl);
  expect(await client.complete(QUESTION, NEVER)).toMatchObject({ text: 'So it is', finishReason: 'length' });
  expect(await client.complete(QUESTION, NEVER)).toMatchObject({ text: '', finishReason: 'refusal' });
});

test('nobody listens', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address() as { port: number };
  await new Promise((resolve) => unused.close(resolve));
  const { client } = clientOf(`http://127.0.0.1:${port}/v1`);
  const answer = await client.complete(QUESTION, NEVER);
  expect(answer).toMatchObject({ ok: false, code: 'unreachable' });
  expect(JSON.stringify(answer)).not.toContain(String(port));
});

test('a connection that is hung up on is made again', async () => {
  const server = await serve((_request, count) => (count === 1 ? 'hang up' : says('Sorry.')));
  expect(await clientOf(server.baseUrl).client.complete(QUESTION, NEVER)).toMatchObject({ text: 'Sorry.' });
});

test('no more requests than allowed are on their way, and a stopped one frees its place', async () => {
  const server = await serve(() => 'hang');
  const { client } = clientOf(server.baseUrl);
  const stops = Array.from({ length: 5 }, () => new AbortController());
  const answers = stops.map((stop) => client.complete(QUESTION, stop.signal));
  await expect.poll(() => server.open).toBe(2);
  server.follow(() => says('Done.'));
  // One that waits in line and one on its way: the others go on without them.
  stops[4]?.abort();
  stops[0]?.abort();
  stops[1]?.abort();
  const ends = (await Promise.all(answers)).map((answer) => (answer.ok ? answer.text : answer.code));
  expect(ends).toEqual(['cancelled', 'cancelled', 'Done.', 'Done.', 'cancelled']);
  expect(server.peak).toBe(2);
  await expect.poll(() => server.open).toBe(0);
});

test('asks for a schema, and tells when the server cannot be held to one', async () => {
  const server = await serve(() => says('{"n":3}'));
  const { client } = clientOf(server.baseUrl);
  const request: ModelRequest = { ...QUESTION, jsonSchema: { name: 'count', schema: { type: 'object' } } };
  expect(await client.complete(request, NEVER)).toMatchObject({ ok: true, text: '{"n":3}' });
  expect(server.requests[0]?.body['response_format']).toEqual({
    type: 'json_schema',
    json_schema: { name: 'count', schema: { type: 'object' } },
  });
  server.follow(() => ({
    status: 400,
    body: { error: { message: "Unknown parameter: 'response_format'." } },
  }));
  expect(await client.complete(request, NEVER)).toMatchObject({ code: 'structured_output_refused' });
});

test('learns how an endpoint wants its parameters, once', async () => {
  const server = await serve(({ body }) => {
    const refusal = (message: string) => ({ status: 400, body: { error: { message } } });
    if ('temperature' in body) return refusal("Unsupported value: 'temperature' does not support 0.");
    if ('max_tokens' in body)
      return refusal("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
    return says('Fine.');
  });
  const { client } = clientOf(server.baseUrl);
  const request = { ...QUESTION, maxOutputTokens: 50 };
  expect(await client.complete(request, NEVER)).toMatchObject({ text: 'Fine.' });
  expect(server.requests).toHaveLength(3);
  expect(await client.complete(request, NEVER)).toMatchObject({ text: 'Fine.' });
  expect(server.requests).toHaveLength(4);
  expect(server.requests[3]?.body['max_completion_tokens']).toBe(50);
});

test('a limit that does not fit into the context is left out of that request', async () => {
  const server = await serve(({ body }) =>
    'max_tokens' in body
      ? {
          status: 400,
          body: { error: { message: "'max_tokens' is too large: maximum context length is 4096" } },
        }
      : says('Fits.'),
  );
  const { client } = clientOf(server.baseUrl);
  const request = { ...QUESTION, maxOutputTokens: 5_000 };
  expect(await client.complete(request, NEVER)).toMatchObject({ text: 'Fits.' });
  expect(await client.complete(request, NEVER)).toMatchObject({ text: 'Fits.' });
  expect(server.requests.map(({ body }) => 'max_tokens' in body)).toEqual([true, false, true, false]);
});

test('a picture that is not there fails its request alone', async () => {
  const server = await serve(() => says('Never.'));
  const parts = [{ type: 'image', mediaType: 'image/png', path: '/not/there.png' }] as const;
  expect(await clientOf(server.baseUrl).client.complete({ parts }, NEVER)).toMatchObject({
    code: 'bad_picture',
  });
  expect(server.requests).toEqual([]);
});

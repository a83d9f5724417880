import LlamaCloud, { RateLimitError } from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { browserFetch } from './browser-fetch.ts';

let dataDir: string;
let server: SheafServer;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir, {
    SHEAF_ROLE: 'api',
    SHEAF_RATE_LIMIT_PER_SECOND: '20',
    SHEAF_RATE_LIMIT_BURST: '5',
  });
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

/** Counts the answers with a status. */
function countingFetch(inner: typeof fetch, status: number) {
  const counter = { count: 0 };
  const counted: typeof fetch = async (...args) => {
    const response = await inner(...args);
    if (response.status === status) counter.count += 1;
    return response;
  };
  return { counter, fetch: counted };
}

test.each([
  ['', fetch],
  [' in a browser', browserFetch('https://app.example')],
])('the official client%s gets a burst far over the limit through by itself', async (_, inner) => {
  const { counter, fetch: counted } = countingFetch(inner, 429);
  const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, fetch: counted });
  const names = Array.from({ length: 40 }, (__, index) => `burst ${index}`);
  const began = performance.now();
  const made = await Promise.all(names.map((name) => client.beta.directories.create({ name })));
  expect(made.map(({ name }) => name)).toEqual(names);
  expect(counter.count).toBeGreaterThan(10);
  expect(performance.now() - began).toBeGreaterThan(1000);
});

test('a client that does not wait gets the error of its own class', async () => {
  const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 });
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => client.beta.directories.list()));
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  expect(reasons.length).toBeGreaterThan(0);
  for (const reason of reasons) expect(reason).toBeInstanceOf(RateLimitError);
  expect((reasons[0] as RateLimitError).headers?.get('retry-after')).toMatch(/^[1-9]\d*$/);
});

test('health is answered however much is asked', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(`${server.url}/healthz`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
});

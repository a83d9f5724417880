import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { openOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';
import { readSamples, sumOf, type Sample } from './prometheus-text.ts';

const TOKEN = 'token-of-the-operator';
const REQUEST_ID = 'a-request-that-is-followed';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const FILES = ['letter.pdf', 'letter.pdf', 'invoice.pdf', 'broken.pdf'];

let dataDir: string;
let server: SheafServer;
let receiver: OtlpReceiver;
let operator: string;
let batchId: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
  receiver = await openOtlpReceiver();
  server = await startServer(dataDir, {
    SHEAF_METRICS_PORT: '0',
    SHEAF_METRICS_TOKEN: TOKEN,
    SHEAF_PARSE_PROCESSES: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20secret-of-the-receiver',
  });
  operator = /"url":"(http:[^"]+)","msg":"metrics can be read"/.exec(server.log())?.[1] ?? '';
  batchId = await runBatch();
}, 120_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await removeDataDir(dataDir);
});

async function runBatch(): Promise<string> {
  const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
  const directory = await client.beta.directories.create({ name: 'secret-name' });
  for (const [index, name] of FILES.entries()) {
    await client.beta.directories.files.upload(directory.id, {
      upload_file: new File([await exampleDocument(name)], name),
      unique_id: String(index),
    });
  }
  const configuration = await client.configurations.create({
    name: 'fast',
    parameters: { product_type: 'parse_v2', tier: 'fast', version: 'latest' },
  });
  const batch = await client.batches.create(
    {
      source_directory_id: directory.id,
      config: { job: { type: 'parse_v2', configuration_id: configuration.id } },
    },
    { headers: { 'x-request-id': REQUEST_ID, traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` } },
  );
  const isDone = async () => (await client.batches.get(batch.id)).status === 'COMPLETED';
  await waitUntil(isDone, 60_000, 'the batch to end');
  return batch.id;
}

async function readMetrics(): Promise<{ text: string; samples: Sample[] }> {
  const response = await fetch(`${operator}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  return { text, samples: readSamples(text) };
}

test('the metrics count what the batch did, to the job', async () => {
  // The batch is seen to end a moment before its worker hears that what it has committed is committed.
  await expect
    .poll(async () => sumOf((await readMetrics()).samples, 'sheaf_jobs_ended_total', {}))
    .toBe(FILES.length);
  const { text, samples } = await readMetrics();
  const ended = (labels: Record<string, string>) => sumOf(samples, 'sheaf_jobs_ended_total', labels);
  expect(ended({ outcome: 'completed' })).toBe(3);
  expect(ended({ outcome: 'failed', error_code: 'PDF_IS_BROKEN' })).toBe(1);
  expect(sumOf(samples, 'sheaf_job_attempt_seconds_count', { kind: 'parse' })).toBe(FILES.length);
  expect(sumOf(samples, 'sheaf_pages_total', { kind: 'parse' })).toBeGreaterThanOrEqual(2);
  const created = { method: 'POST', route: '/api/v2/batches', status: '201' };
  expect(sumOf(samples, 'sheaf_http_request_duration_seconds_count', created)).toBe(1);
  expect(sumOf(samples, 'sheaf_engine_process_starts_total')).toBe(1);
  expect(sumOf(samples, 'sheaf_database_up')).toBe(1);
  expect(sumOf(samples, 'sheaf_database_connections')).toBeGreaterThan(0);
  expect(sumOf(samples, 'sheaf_queue_jobs')).toBe(0);
  expect(sumOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  for (const secret of ['secret-name', 'letter', server.apiKey, TOKEN]) expect(text).not.toContain(secret);
});

test('metrics ask for the token, health does not', async () => {
  expect((await fetch(`${operator}/metrics`)).status).toBe(401);
  const wrong = { authorization: 'Bearer token-of-a-stranger' };
  expect((await fetch(`${operator}/metrics`, { headers: wrong })).status).toBe(401);
  expect((await fetch(`${operator}/healthz`)).status).toBe(200);
  expect((await fetch(`${operator}/readyz`)).status).toBe(200);
  expect((await fetch(`${operator}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${operator}/api/v2/batches`)).status).toBe(404);
});

test('the log leads from the request to the batch, and from the batch to its jobs', () => {
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const request = parsed.find((line) => line['requestId'] === REQUEST_ID && line['msg'] === 'request');
  expect(request).toMatchObject({ batchId, route: '/api/v2/batches', status: 201 });
  const jobs = parsed.filter((line) => line['batchId'] === batchId && line['msg'] === 'job ended');
  expect(jobs).toHaveLength(FILES.length);
  expect(new Set(jobs.map((line) => line['jobId'])).size).toBe(FILES.length);
  expect(jobs.filter((line) => line['outcome'] === 'failed')).toMatchObject([{ errorCode: 'PDF_IS_BROKEN' }]);
  for (const line of lines) expect(line.match(/"requestId":/g)?.length ?? 0).toBeLessThanOrEqual(1);
});

test('traces link the request with the batch, and the batch with every attempt', async () => {
  const attempts = (): ReceivedSpan[] => receiver.spans.filter(({ name }) => name === 'parse attempt');
  await waitUntil(() => attempts().length === FILES.length, 20_000, 'the spans');
  const request = receiver.spans.find(({ traceId }) => traceId === TRACE_ID);
  const root = receiver.spans.find(({ name }) => name === 'batch accepted');
  expect(request).toMatchObject({ name: 'POST /api/v2/batches', parentSpanId: 'b7ad6b7169203331' });
  expect(request?.links).toEqual([{ traceId: root?.traceId, spanId: root?.spanId }]);
  expect(root?.links).toEqual([{ traceId: TRACE_ID, spanId: request?.spanId }]);
  expect(root?.traceId).toBe(batchId.replace('bat-', '').replaceAll('-', ''));
  for (const span of attempts()) {
    expect(span).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThan(BigInt(span.startTimeUnixNano));
  }
  expect(new Set(receiver.authorizations)).toEqual(new Set(['Bearer secret-of-the-receiver']));
  expect(server.log()).not.toContain('secret-of-the-receiver');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../logger.ts';
import { ModelServer, says } from '../../model/fixtures/model-server.ts';
import { createModelClient } from '../../model/openai-client.ts';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { illustratedPdf } from '../fixtures/illustrated-pdf.ts';
import { drawPdf, prose } from '../fixtures/sample-documents.ts';

let server: ModelServer;
let bench: EngineBench;
beforeAll(async () => {
  server = await ModelServer.open(() => says('A page as the model sees it.'));
  const model = createModelClient({
    baseUrl: server.baseUrl,
    apiKey: 'key',
    model: 'seer-7b',
    concurrency: 1,
    timeoutMs: 20_000,
    backoffMs: 5,
    logger: createLogger({ level: 'silent' }),
  });
  bench = new EngineBench({ model });
});
afterAll(async () => {
  await bench.close();
  await server.close();
});

const optimizing = (enable: boolean) => ({
  tier: 'agentic',
  version: '2026-09-07',
  processing_options: { cost_optimizer: { enable } },
});

async function costOptimized(pdf: Buffer, enable: boolean) {
  const { read, summary } = await bench.parseWell(pdf, optimizing(enable));
  expect(summary.optionsNotApplied).toEqual([]);
  return (read.metadata.pages as { cost_optimized?: boolean }[]).map((page) => page.cost_optimized);
}

test('pages of running text are not sent to the model when its cost is to be saved', async () => {
  const pdf = await drawPdf([prose('Minutes'), prose('Resolutions')]);
  expect(await costOptimized(pdf, true)).toEqual([true, true]);
  expect(server.requests).toHaveLength(0);
  expect(await costOptimized(pdf, false)).toEqual([undefined, undefined]);
  expect(server.requests).toHaveLength(2);
});

test('tables, pictures and forms are sent all the same', async () => {
  const before = server.requests.length;
  expect(await costOptimized(await illustratedPdf(), true)).toEqual([undefined, undefined]);
  expect(server.requests.length - before).toBe(2);
});

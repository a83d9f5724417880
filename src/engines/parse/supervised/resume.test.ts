import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineBench, readSections } from '../fixtures/engine-bench.ts';
import { drawPdf, prose, temporaryDirectory, writeDocument } from '../fixtures/sample-documents.ts';
import type { ParseOutcome } from '../port.ts';
import { Checkpoints } from './checkpoints.ts';

const PAGES = 350;
const SLICE = 100;
const DEADLINE_MS = 30_000;

let directory: string;
let checkpointDir: string;
let bench: EngineBench;
let remove: () => void;
let outputs = 0;

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
  checkpointDir = join(directory, 'unfinished');
  bench = new EngineBench({ checkpointDir });
});
afterEach(async () => {
  await bench.close();
  remove();
});

/** One attempt at always the same job. */
function attempt(pdf: Uint8Array, signal = new AbortController().signal): Promise<ParseOutcome> {
  outputs += 1;
  const outputDir = join(directory, `output-${outputs}`);
  mkdirSync(outputDir);
  const inputPath = writeDocument(directory, `input-${outputs}`, pdf);
  return bench.engine.parse(
    { jobId: 'pjb-1', inputPath, fileName: 'long.pdf', parameters: {}, outputDir },
    signal,
  );
}

/** Stops an attempt as soon as it has kept its first slice. */
async function stopHalfway(pdf: Uint8Array): Promise<void> {
  const stop = new AbortController();
  const stopped = attempt(pdf, stop.signal);
  const end = Date.now() + DEADLINE_MS;
  while (slices().length === 0) {
    if (Date.now() > end) throw new Error('No slice was kept.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop.abort();
  expect((await stopped).kind).toBe('cancelled');
}

function slices(): string[] {
  try {
    const names = readdirSync(checkpointDir, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /slice-\d+\.json$/.test(name)).map((name) => join(checkpointDir, name));
  } catch {
    return [];
  }
}

const longPdf = () => drawPdf(Array.from({ length: PAGES }, (_, index) => prose(`Leaf ${index + 1}`)));

test('a long document that was stopped halfway goes on behind its last slice, and comes out whole', async () => {
  const pdf = await longPdf();
  await stopHalfway(pdf);
  const kept = slices();
  expect(kept.length).toBeGreaterThan(0);
  // Only what is taken from the kept slices can hold this word.
  for (const path of kept) writeFileSync(path, readFileSync(path, 'utf8').replaceAll('Leaf', 'Remembered'));

  const outcome = await attempt(pdf);
  if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome));
  const { pages } = readSections(outcome).text;
  expect(pages.map((page) => page.page_number)).toEqual(
    Array.from({ length: PAGES }, (_, index) => index + 1),
  );
  expect(pages.filter((page) => page.text.includes('Remembered'))).toHaveLength(kept.length * SLICE);
  expect(pages.at(-1)?.text).toContain(`Leaf ${PAGES}`);
  expect(outcome.summary.pages).toMatchObject({ total: PAGES, textLayer: PAGES, failed: 0 });
  expect(slices()).toEqual([]);
});

test('a damaged slice is read again', async () => {
  const pdf = await longPdf();
  await stopHalfway(pdf);
  for (const path of slices()) writeFileSync(path, '{"pages":[1,2');
  const outcome = await attempt(pdf);
  expect(outcome.kind === 'success' && outcome.summary.pages.textLayer).toBe(PAGES);
});

test('what no job came back for is removed when it is old', async () => {
  await stopHalfway(await longPdf());
  const checkpoints = new Checkpoints(checkpointDir, bench.engine.version);
  await checkpoints.removeOld();
  expect(slices().length).toBeGreaterThan(0);
  await checkpoints.removeOld(Date.now() + 25 * 60 * 60 * 1000);
  expect(readdirSync(checkpointDir)).toEqual([]);
});

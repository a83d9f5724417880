import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LiteParse } from '@llamaindex/liteparse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '../scripts/documents/random.ts';
import { makeCorpus } from './corpus.ts';
import { drawPageCount } from './corpus/length.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sheaf-corpus-'));
});
afterEach(() => rm(folder, { recursive: true }));

const visible = async (path: string): Promise<string[]> =>
  (await readdir(path)).filter((name) => !name.startsWith('.')).toSorted();
const read = (paths: readonly string[]): Promise<Buffer[]> =>
  Promise.all(paths.map((path) => readFile(path)));

test('a corpus holds as many documents and pages as it says', async () => {
  const corpus = await makeCorpus(folder, { documents: 12, seed: 3 });
  expect(corpus.made).toBe(true);
  expect(await visible(folder)).toEqual(corpus.paths.map((path) => basename(path)));
  expect(corpus.paths).toHaveLength(12);
  let pages = 0;
  let bytes = 0;
  const texts = new Set<string>();
  for (const path of corpus.paths) {
    const result = await new LiteParse({ ocrEnabled: false, quiet: true }).parse(path);
    pages += result.pages.length;
    bytes += (await stat(path)).size;
    for (const page of result.pages) texts.add(page.text);
  }
  expect(corpus.pages).toBe(pages);
  expect(corpus.bytes).toBe(bytes);
  expect(texts.size).toBe(pages);
});

test('documents have headings, lists, tables and pictures', async () => {
  const corpus = await makeCorpus(folder, { documents: 8, seed: 5 });
  const kinds = new Set<string>();
  for (const path of corpus.paths) {
    const parser = new LiteParse({
      ocrEnabled: false,
      outputFormat: 'markdown',
      extractBlocks: true,
      quiet: true,
    });
    for (const page of (await parser.parse(path)).pages)
      for (const block of page.blocks ?? []) kinds.add(block.kind);
  }
  expect([...kinds]).toEqual(
    expect.arrayContaining(['heading', 'paragraph', 'list_item', 'table', 'figure']),
  );
});

test('the same seed makes the same bytes, another seed does not, and a longer corpus begins alike', async () => {
  const first = await makeCorpus(join(folder, 'first'), { documents: 3, seed: 9 });
  const again = await makeCorpus(join(folder, 'again'), { documents: 4, seed: 9 });
  const other = await makeCorpus(join(folder, 'other'), { documents: 3, seed: 10 });
  expect(await read(again.paths.slice(0, 3))).toEqual(await read(first.paths));
  expect(await read(other.paths)).not.toEqual(await read(first.paths));
});

test('a folder that holds the corpus is left alone', async () => {
  const first = await makeCorpus(folder, { documents: 3, seed: 1 });
  await writeFile(join(folder, 'document-0002.pdf'), 'touched');
  const again = await makeCorpus(folder, { documents: 3, seed: 1 });
  expect(again).toEqual({ ...first, made: false });
  expect(await readFile(join(folder, 'document-0002.pdf'), 'utf8')).toBe('touched');
});

test('other settings, a lost document and an interrupted run make the corpus anew', async () => {
  await makeCorpus(folder, { documents: 4, seed: 1 });
  expect(await makeCorpus(folder, { documents: 2, seed: 1 })).toMatchObject({ made: true });
  expect(await visible(folder)).toEqual(['document-0001.pdf', 'document-0002.pdf']);
  await rm(join(folder, 'document-0001.pdf'));
  expect(await makeCorpus(folder, { documents: 2, seed: 1 })).toMatchObject({ made: true });
  await writeFile(join(folder, '.corpus.json'), '{"key": "half wri');
  expect(await makeCorpus(folder, { documents: 2, seed: 1 })).toMatchObject({ made: true });
});

test.each([0, -1, 1.5])('%s documents are refused', async (documents) => {
  await expect(makeCorpus(folder, { documents })).rejects.toThrow('positive whole number');
});

test('page counts run from 1 to 20 with a long tail', () => {
  const random = createRandom(4);
  const counts = Array.from({ length: 4_000 }, () => drawPageCount(random)).toSorted(
    (one, other) => one - other,
  );
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect([counts[0], counts.at(-1)]).toEqual([1, 20]);
  expect(mean).toBeGreaterThan(5);
  expect(mean).toBeLessThan(6);
  expect(counts[2_000]).toBeLessThan(mean);
});

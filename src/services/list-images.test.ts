import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { JobWithParameters } from './parse-jobs.ts';
import { listImages } from './parse-sections.ts';

let bench: TestServices;
beforeAll(async () => {
  bench = await openTestServices();
});
afterAll(() => bench[Symbol.asyncDispose]());

test('a list longer than what is read at a time comes whole and in order', async () => {
  const lines = Array.from({ length: 9_000 }, (_, index) => {
    return `${JSON.stringify({ index, filename: `größe_${index}.png`, filler: 'x'.repeat(120) })}\n`;
  });
  const bytes = Buffer.from(`before${lines.join('')}behind`);
  const key = 'results/aa/list';
  await bench.services.blobs.write(key, Readable.from([bytes]));
  const images = { offset: 6, length: bytes.length - 12 };
  const job = { result: { key, bytes: bytes.length, sections: {}, parts: { images } } };
  const indexes: number[] = [];
  for await (const image of listImages(bench.services, job as unknown as JobWithParameters)) {
    expect(image.filename).toBe(`größe_${image.index}.png`);
    indexes.push(image.index);
  }
  expect(indexes).toEqual(lines.map((_, index) => index));
});

test('a result without pictures has none', async () => {
  const job = { result: null } as unknown as JobWithParameters;
  expect(await listImages(bench.services, job).next()).toEqual({ done: true, value: undefined });
});

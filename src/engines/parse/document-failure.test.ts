import { expect, test } from 'vitest';
import { failureOf } from './document-failure.ts';
import { EngineBench } from './fixtures/engine-bench.ts';

test('a document nested beyond the stack fails with a reason, and the engine reads the next one', async () => {
  const bench = new EngineBench();
  try {
    const deep = Buffer.from(`<!doctype html><body>${'<div>'.repeat(200_000)}end`);
    expect(await bench.parse(deep)).toMatchObject({
      kind: 'failure',
      code: 'DOCUMENT_IS_BROKEN',
      message: expect.stringContaining('nested too deeply') as string,
    });
    expect(await bench.parse(Buffer.from('<!doctype html><p>A page</p>'))).toMatchObject({ kind: 'success' });
  } finally {
    await bench.close();
  }
});

test('a text beyond the longest string is too large; a fault of our own stays one', () => {
  expect(failureOf(new RangeError('Invalid string length'))?.code).toBe('DOCUMENT_TOO_LARGE');
  expect(failureOf(new TypeError('x is undefined'))).toBeUndefined();
});

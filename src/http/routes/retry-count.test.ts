import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { retryCountOf } from './retry-count.ts';

const requestWith = (header: string | undefined): FastifyRequest =>
  ({ headers: { 'x-stainless-retry-count': header } }) as unknown as FastifyRequest;

test.each([
  [undefined, 0],
  ['0', 0],
  ['3', 3],
  ['-1', 0],
  ['many', 0],
  ['3000000000', 1000],
])('a count of %s is %i', (header, count) => {
  expect(retryCountOf(requestWith(header))).toBe(count);
});

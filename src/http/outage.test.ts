import { expect, test } from 'vitest';

import { fromOutage } from './outage.ts';

const coded = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more });

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  '08006',
  '08001',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '57014',
  '40P01',
])('%s passes: 503 with Retry-After', (code) => {
  const error = coded(code);
  expect(fromOutage(error)).toMatchObject({
    code: 'UNAVAILABLE',
    status: 503,
    retryAfterSeconds: 2,
    cause: error,
  });
});

test.each(['ENOSPC', 'EDQUOT', '53100'])('%s is a full disk: 507', (code) => {
  expect(fromOutage(coded(code))).toMatchObject({ code: 'STORAGE_FULL', status: 507 });
});

test('a missing Unix socket is an outage, a missing file is not', () => {
  expect(fromOutage(coded('ENOENT', { syscall: 'connect' }))?.status).toBe(503);
  expect(fromOutage(coded('ENOENT', { syscall: 'open' }))).toBeUndefined();
});

test('the cause of an error counts', () => {
  const wrapped = new Error('query failed', { cause: new Error('pool', { cause: coded('57P01') }) });
  expect(fromOutage(wrapped)?.status).toBe(503);
});

test.each([coded('23505'), coded('0A000'), coded('42P01'), new Error('ECONNREFUSED'), 'ECONNREFUSED', null])(
  '%s is no outage',
  (error) => {
    expect(fromOutage(error)).toBeUndefined();
  },
);

import { expect, test } from 'vitest';
import { isShortage, isStorageFull, shortageOf } from './shortage.ts';

const coded = (code: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });

test.each(['ENOSPC', 'EDQUOT', '53100'])('%s is a full disk, and a shortage', (code) => {
  expect([isStorageFull(coded(code)), isShortage(coded(code))]).toEqual([true, true]);
});

test.each(['EMFILE', 'ENOMEM', 'EROFS', '53200'])('%s is a shortage of something else', (code) => {
  expect([isStorageFull(coded(code)), isShortage(coded(code))]).toEqual([false, true]);
});

test('the cause of an error counts, and the code that told of it is found', () => {
  const wrapped = new Error('query failed', { cause: coded('ERR_OTHER', coded('ENOSPC')) });
  expect(shortageOf(wrapped)).toBe('ENOSPC');
});

test.each([coded('23505'), coded('ENOENT'), new Error('ENOSPC'), 'ENOSPC', null, { code: 'ENOSPC' }])(
  '%s is none',
  (error) => expect(isShortage(error)).toBe(false),
);

test('errors that cause each other have an end', () => {
  const error = new Error('round');
  error.cause = error;
  expect(isShortage(error)).toBe(false);
});

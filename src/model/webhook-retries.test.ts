import { expect, test } from 'vitest';
import { judgeAttempt, readRetryAfter, type AttemptOutcome } from './webhook-retries.ts';

const DAY = { windowSeconds: 24 * 3600, random: 0.5 };
const failure = (outcome: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  status: 500,
  error: 'The endpoint answered 500.',
  code: null,
  retryAfterSeconds: null,
  ...outcome,
});

test('what has no error is delivered', () => {
  const outcome = { status: 204, error: null, code: null, retryAfterSeconds: null };
  expect(judgeAttempt(outcome, { tries: 9, ageSeconds: 1e9 }, DAY)).toEqual({ state: 'delivered' });
});

test('delays double from two seconds to an hour, with a fifth more or less', () => {
  const delay = (tries: number, random: number) =>
    judgeAttempt(failure(), { tries, ageSeconds: 0 }, { ...DAY, random });
  const after = (afterSeconds: number) => ({ state: 'pending', afterSeconds });
  expect([1, 2, 3, 11, 12, 1000].map((tries) => delay(tries, 0.5))).toEqual(
    [2, 4, 8, 2048, 3600, 3600].map(after),
  );
  expect(delay(1, 0)).toEqual(after(1.6));
  expect(delay(1, 1)).toHaveProperty('afterSeconds', expect.closeTo(2.4));
});

test.each([
  [30, 30],
  [1, 2],
  [1e9, 4320],
])('an endpoint that asks for %i seconds is left alone for %i', (retryAfterSeconds, expected) => {
  const verdict = judgeAttempt(failure({ retryAfterSeconds }), { tries: 1, ageSeconds: 0 }, DAY);
  expect(verdict).toEqual({ state: 'pending', afterSeconds: expected });
});

test('it is given up when the next attempt would come after the window', () => {
  const at = (ageSeconds: number) => judgeAttempt(failure(), { tries: 20, ageSeconds }, DAY);
  expect(at(23 * 3600).state).toBe('pending');
  expect(at(23 * 3600 + 1)).toEqual({
    state: 'dead',
    reason: 'Given up after 20 attempts. The last one: The endpoint answered 500.',
  });
});

test('410 and what can never be sent are given up at once, a refused address after an hour', () => {
  const verdict = (outcome: Partial<AttemptOutcome>, ageSeconds = 0) =>
    judgeAttempt(failure(outcome), { tries: 1, ageSeconds }, DAY).state;
  expect(verdict({ status: 410 })).toBe('dead');
  expect(verdict({ status: null, code: 'INVALID_HEADER' })).toBe('dead');
  expect(verdict({ status: null, code: 'EGRESS_DENIED' })).toBe('pending');
  expect(verdict({ status: null, code: 'EGRESS_DENIED' }, 3600)).toBe('dead');
  expect(verdict({ status: null, code: 'TIMEOUT' }, 3600)).toBe('pending');
});

test('Retry-After is read as seconds or a date', () => {
  const now = Date.parse('2026-09-10T08:00:00Z');
  expect(readRetryAfter('120', now)).toBe(120);
  expect(readRetryAfter('Thu, 10 Sep 2026 08:01:00 GMT', now)).toBe(60);
  expect(readRetryAfter('Thu, 10 Sep 2026 07:00:00 GMT', now)).toBe(0);
  for (const text of [undefined, 'soon', '-3', '1e9']) expect(readRetryAfter(text, now)).toBeNull();
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { atMostEvery } from './at-most-every.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the first call acts at once, those that follow act together when the interval is over', () => {
  const times: number[] = [];
  const begun = Date.now();
  const throttled = atMostEvery(50, () => times.push(Date.now() - begun));
  throttled.call();
  expect(times).toEqual([0]);
  for (let call = 0; call < 5; call += 1) throttled.call();
  vi.advanceTimersByTime(49);
  expect(times).toEqual([0]);
  vi.advanceTimersByTime(1);
  expect(times).toEqual([0, 50]);
  vi.advanceTimersByTime(60);
  throttled.call();
  expect(times).toEqual([0, 50, 110]);
});

test('what was put off is not done once it is cancelled', () => {
  let acts = 0;
  const throttled = atMostEvery(50, () => (acts += 1));
  throttled.call();
  throttled.call();
  throttled.cancel();
  vi.advanceTimersByTime(200);
  expect(acts).toBe(1);
});

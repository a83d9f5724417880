import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Executor } from './database.ts';
import { isKnownLarge, rememberLarge } from './large-lists.ts';

/** Only who it is matters; nothing is asked of it. */
const someDatabase = (): Executor => ({}) as Executor;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a list is known to be large on its own database, under its own filters', () => {
  const [one, other] = [someDatabase(), someDatabase()];
  expect(isKnownLarge(one, 'a')).toBe(false);
  rememberLarge(one, 'a');
  expect(isKnownLarge(one, 'a')).toBe(true);
  expect(isKnownLarge(one, 'b')).toBe(false);
  expect(isKnownLarge(other, 'a')).toBe(false);
});

test('it is counted again after a minute', () => {
  const db = someDatabase();
  rememberLarge(db, 'a');
  vi.advanceTimersByTime(59_000);
  expect(isKnownLarge(db, 'a')).toBe(true);
  vi.advanceTimersByTime(2_000);
  expect(isKnownLarge(db, 'a')).toBe(false);
});

test('however many lists there are, a thousand are remembered, the newest among them', () => {
  const db = someDatabase();
  for (let n = 0; n <= 2500; n++) rememberLarge(db, `list ${n}`);
  expect(isKnownLarge(db, 'list 2500')).toBe(true);
  const known = Array.from({ length: 2501 }, (_, n) => isKnownLarge(db, `list ${n}`)).filter(Boolean);
  expect(known.length).toBeLessThanOrEqual(1000);
});

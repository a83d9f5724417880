import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from './embedded.fixture.ts';
import { firstImpassable, mayRead } from './server-user.ts';

const OTHER = { uid: 54_321, gid: 54_321 };
const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

test.skipIf(process.platform === 'win32')('the first directory that an account may not pass is named', () => {
  const directory = scratch();
  mkdirSync(join(directory, 'a', 'b', 'c'), { recursive: true });
  expect(firstImpassable(join(directory, 'a', 'b', 'c'), OTHER)).toBe(undefined);
  chmodSync(join(directory, 'a', 'b'), 0o750);
  expect(firstImpassable(join(directory, 'a', 'b', 'c'), OTHER)).toBe(join(directory, 'a', 'b'));
  expect(firstImpassable(join(directory, 'a'), OTHER)).toBe(undefined);
});

test.skipIf(process.platform === 'win32')("one's own class of permission decides alone", () => {
  const directory = scratch();
  const inner = join(directory, 'inner');
  mkdirSync(inner);
  chmodSync(inner, 0o017);
  expect(firstImpassable(inner, self)).toBe(inner);
  expect(firstImpassable(inner, { uid: OTHER.uid, gid: self.gid })).toBe(undefined);
  expect(firstImpassable(inner, OTHER)).toBe(undefined);
  chmodSync(inner, 0o755);
});

test.skipIf(process.platform === 'win32')('reading and running are two permissions', () => {
  const file = join(scratch(), 'program');
  writeFileSync(file, '');
  chmodSync(file, 0o744);
  expect([mayRead(file, OTHER), mayRead(file, OTHER, true), mayRead(file, self, true)]).toEqual([
    true,
    false,
    true,
  ]);
});

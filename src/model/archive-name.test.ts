import { expect, test } from 'vitest';
import { ArchiveNames } from './archive-name.ts';

test.each([
  ['letter.pdf', 'letter.pdf'],
  ['a/b/c.pdf', 'a/b/c.pdf'],
  ['../../etc/passwd', 'etc/passwd'],
  ['/etc/passwd', 'etc/passwd'],
  ['C:\\Windows\\x.pdf', 'C_/Windows/x.pdf'],
  ['a\u0000b\n.pdf', 'a_b_.pdf'],
  ['..', 'document'],
  ['', 'document'],
  ['nul.pdf', '_nul.pdf'],
  ['end. . ', 'end'],
  ['x.md/y.pdf', 'x.md_/y.pdf'],
  ['u\u0308.pdf', 'ü.pdf'],
  ['evil\u202efdp.exe', 'evil_fdp.exe'],
])('%j becomes %j', (given, path) => {
  expect(new ArchiveNames().next(given)).toBe(path);
});

test('names that a file system may take for the same are numbered, also against given numbers', () => {
  const names = new ArchiveNames();
  const given = ['a.pdf', 'A.pdf (2)', 'A.PDF', 'a.pdf', '../a.pdf'];
  const made = given.map((name) => names.next(name));
  expect(new Set(made.map((name) => name.toLowerCase())).size).toBe(given.length);
  expect(made[0]).toBe('a.pdf');
});

test('long names stay below what file systems hold and keep their extension', () => {
  const name = new ArchiveNames().next(`${'ü'.repeat(500)}.pdf`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  expect(name).toMatch(/ü\.pdf$/);
});

import { expect, test } from 'vitest';
import { nameOfDisposition, nameOfUrl } from './document-name.ts';

test.each([
  ['https://example.com/a/report.pdf?x=/y.doc', 'report.pdf'],
  ['https://example.com/Z%C3%BCrich%20%E8%A1%A8.pdf', 'Zürich 表.pdf'],
  ['https://example.com/half%zz.pdf', 'half%zz.pdf'],
  ['https://example.com/a%2Fb.pdf', 'b.pdf'],
  ['https://example.com/', 'example.com'],
  ['https://user:secret@example.com:8443/..', 'example.com'],
])('%s is called %s', (url, name) => {
  expect(nameOfUrl(url)).toBe(name);
});

test.each([
  ['attachment; filename="yearly report.pdf"', 'yearly report.pdf'],
  ['attachment; filename=plain.pdf; size=3', 'plain.pdf'],
  ['inline; filename="a \\"b\\".pdf"', 'a "b".pdf'],
  [`attachment; filename="fallback.pdf"; filename*=UTF-8''Z%C3%BCrich.pdf`, 'Zürich.pdf'],
  [`attachment; filename="${Buffer.from('Zürich.pdf').toString('latin1')}"`, 'Zürich.pdf'],
  ['attachment; filename="../../etc/passwd"', 'passwd'],
  ['attachment; filename="C:\\\\temp\\\\x.pdf"', 'x.pdf'],
  ['attachment; filename=".."', undefined],
  ['attachment; filename="a\u0000b.pdf"', 'ab.pdf'],
  ['attachment', undefined],
  [undefined, undefined],
])('the header %s gives %s', (header, name) => {
  expect(nameOfDisposition(header)).toBe(name);
});

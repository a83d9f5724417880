import { expect, test } from 'vitest';
import { attachmentNamed } from './content-disposition.ts';

test.each([
  ['report.pdf', `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
  ['a b.pdf', `attachment; filename="a b.pdf"; filename*=UTF-8''a%20b.pdf`],
  ['Übersicht.pdf', `attachment; filename="_bersicht.pdf"; filename*=UTF-8''%C3%9Cbersicht.pdf`],
  ['😀.png', `attachment; filename="_.png"; filename*=UTF-8''%F0%9F%98%80.png`],
  [`it's (1)*.pdf`, `attachment; filename="it's (1)*.pdf"; filename*=UTF-8''it%27s%20%281%29%2A.pdf`],
  ['a"b\\c%20.pdf', `attachment; filename="a_b_c_20.pdf"; filename*=UTF-8''a%22b%5Cc%2520.pdf`],
  [
    'x\r\nSet-Cookie: a=b',
    `attachment; filename="x__Set-Cookie: a=b"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a%3Db`,
  ],
  ['lone \ud800.pdf', `attachment; filename="lone _.pdf"; filename*=UTF-8''lone%20%EF%BF%BD.pdf`],
])('%j', (name, header) => {
  expect(attachmentNamed(name)).toBe(header);
});

test('a long name is cut before its extension, between characters', () => {
  const name = `${'ü'.repeat(3000 - 4)}.pdf`;
  const encoded = attachmentNamed(name).split(`UTF-8''`)[1] ?? '';
  const decoded = decodeURIComponent(encoded);
  expect(decoded).toBe(`${'ü'.repeat(125)}.pdf`);
  expect(Buffer.byteLength(decoded)).toBeLessThanOrEqual(255);
});

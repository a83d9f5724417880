import { expect, test } from 'vitest';
import { sniffMedia } from './media-type.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['%PDF-1.7 rest', 'pdf'],
  [`${'junk '.repeat(100)}%PDF-1.4`, 'pdf'],
  ['\x89PNG\r\n\x1a\n....', 'png'],
  ['\xff\xd8\xff\xe0', 'jpeg'],
  ['II*\0....', 'tiff'],
  ['MM\0*....', 'tiff'],
  ['RIFF....WEBPVP8 ', 'webp'],
  ['GIF89a', 'gif'],
  ['BM1234\0\0\0\0....', 'bmp'],
])('%j is told by its content', (head, media) => {
  expect(sniffMedia(bytes(head), 'misnamed.txt')).toEqual({ kind: 'known', media });
});

test('an empty file is empty', () => {
  expect(sniffMedia(new Uint8Array(), 'a.pdf')).toEqual({ kind: 'empty' });
});

test.each([
  ['PK\x03\x04', 'report.docx', /ZIP container.*\.docx/],
  ['\xd0\xcf\x11\xe0', 'report.doc', /old Office document/],
  ['  <!DOCTYPE html>', 'page.html', /HTML page/],
  ['BMW is a car maker', 'cars.bmp', /unknown kind \(its name ends in \.bmp\)/],
  ['RIFF....WAVE', 'sound', /unknown kind$/],
])('%j is described by content and name', (head, name, description) => {
  const detected = sniffMedia(bytes(head), name);
  expect(detected.kind === 'unsupported' && detected.description).toMatch(description);
});

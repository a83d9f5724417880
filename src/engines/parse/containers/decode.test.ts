import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { decodeCodePage } from './code-pages.ts';
import { decodeAs, decodeStrictly, isEncoding } from './decode.ts';

/** A euro, quotes, a dash and letters, which Windows-1252 has between 0x80 and 0x9F. */
const BYTES = Buffer.from('5 \x80 \x93Zitat\x94 \x96 \x8e\x9c\x85 \xe9', 'latin1');
const TEXT = '5 € “Zitat” – Žœ… é';

test.each(['windows-1252', 'iso-8859-1', 'latin1', 'ascii', 'us-ascii', ' CP1252 '])(
  '%s is Windows-1252',
  (label) => {
    expect(decodeAs(label, BYTES)).toBe(TEXT);
    expect(decodeStrictly(label, BYTES)).toBe(TEXT);
  },
);

test('every byte of Windows-1252 is a sign, and five are the controls that they are', () => {
  const high = decodeAs(
    'latin1',
    Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index),
  );
  expect(high).toHaveLength(32);
  expect(high.match(/[\u0080-\u009f]/g)).toEqual(['\u0081', '\u008d', '\u008f', '\u0090', '\u009d']);
});

test('other encodings are decoded as their labels say', () => {
  expect(decodeAs('iso-8859-15', Uint8Array.of(0x41, 0xa4))).toBe('A€');
  expect(decodeAs('utf-8', Uint8Array.of(0xc3))).toBe('\ufffd');
  expect(decodeStrictly('utf-8', Uint8Array.of(0x41, 0xc3))).toBeUndefined();
  expect(decodeStrictly('utf-8', Uint8Array.of(0x41, 0xc3), { isHead: true })).toBe('A');
  expect(() => decodeAs('x-nobody', BYTES)).toThrow(RangeError);
  expect([isEncoding('koi8-r'), isEncoding('x-nobody')]).toEqual([true, false]);
});

test('texts, web pages and code pages keep their euros and quotes', async () => {
  const read = async (before: string, fileName: string) => {
    const bytes = Buffer.concat([Buffer.from(before), BYTES]);
    return (await readDocument(bytes, {}, { fileName })).pages[0]?.markdown;
  };
  expect(await read('', 'a.txt')).toBe(TEXT);
  expect(await read('<!doctype html><meta charset=iso-8859-1><p>', 'a.html')).toBe(TEXT);
  expect(await read('<?xml version="1.0" encoding="windows-1252"?><html><p>', 'a.html')).toBe(TEXT);
  expect(decodeCodePage(BYTES, 1252)).toBe(TEXT);
});

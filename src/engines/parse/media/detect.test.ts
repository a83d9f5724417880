import { expect, test } from 'vitest';
import { sniffHead } from './detect.ts';

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
  ['\0\0\0\x18ftypheic\0\0\0\0', 'heic'],
  ['{\\rtf1\\ansi Hello}', 'rtf'],
  ['\x09\x04\x06\0\0\0\x10\0', 'xls'],
  ['\xdb\xa5\x2d\0....', 'doc'],
  ['\xffWPC....', 'other-office'],
  ['\x31\xbe\0\0\0\xab', 'other-office'],
  ['\0\0\x02\0\x06\x04\x06\0', 'other-workbook'],
  ['  <!DOCTYPE html><p>Hello', 'html'],
  ['<?xml version="1.0"?><article/>', 'xml'],
  ['<div><p>a fragment</p></div>', 'html'],
  ['<!DOCTYPE article PUBLIC "-//NLM//DTD"><article><p>x</p></article>', 'xml'],
  ['<article><title>DocBook</title><para>x</para></article>', 'xml'],
  ['<!-- page --><section><p>x</p></section>', 'html'],
  ['WEBVTT\n\n00:01.000 --> 00:02.000\nHello', 'subtitles'],
  ['1\n00:00:01,000 --> 00:00:02,000\nHello', 'subtitles'],
  ['% a paper\n\\documentclass{article}', 'latex'],
  ['{"a": 1}', 'json'],
  ['[{"a": 1}]', 'json'],
  ['From: a@example.com\r\nTo: b@example.com\r\nSubject: Hello\r\n\r\nBody', 'eml'],
  ['a;b;c\n1;2;3\n4;5;6\n7;8;9\n', 'csv'],
  ['Just a few words.', 'text'],
  ['BMW is a car maker', 'text'],
  ['[1] A reference, not JSON', 'text'],
])('%j is told by its content', (head, media) => {
  expect(sniffHead(bytes(head), 'misnamed.bin')).toEqual({ kind: 'known', media });
});

test.each([
  ['notes.md', '# Title', 'markdown'],
  ['table.csv', 'a,b\n1,2', 'csv'],
  ['table.tsv', 'a\tb', 'csv'],
  ['guide.adoc', '= Title', 'asciidoc'],
  ['log.txt', 'From: here to there\nSubject: none', 'text'],
])('%s: the name decides between kinds of text', (name, content, media) => {
  expect(sniffHead(bytes(content), name)).toEqual({ kind: 'known', media });
});

const ODF = 'urn:oasis:names:tc:opendocument:xmlns:office:1.0';
const OFFICE_XML = '<?xml version="1.0"?>\n<?mso-application progid="x"?>\n<!-- made -->';
test.each([
  [
    `<office:document xmlns:office="${ODF}" office:mimetype="application/vnd.oasis.opendocument.text">`,
    'other-office',
  ],
  [
    `<office:document xmlns:office="${ODF}" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">`,
    'other-workbook',
  ],
  ['<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', 'other-workbook'],
  ['<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">', 'other-office'],
  ['<Workbook><p>urn:schemas-microsoft-com:office:spreadsheet</p>', 'xml'],
  ['<document><office:mimetype/>', 'xml'],
])('%s is an office document or none by its first element', (element, media) => {
  expect(sniffHead(bytes(OFFICE_XML + element), 'a.xls')).toEqual({ kind: 'known', media });
  expect(sniffHead(bytes(element), 'a.xml')).toEqual({ kind: 'known', media });
});

test('many comments at the start are passed in bounded time', () => {
  expect(sniffHead(bytes(`${'<!---->'.repeat(2_000)}x`), 'a')).toEqual({ kind: 'known', media: 'xml' });
  expect(sniffHead(bytes(`${'<!---->'.repeat(2_000)}<html>`), 'a')).toEqual({ kind: 'known', media: 'html' });
});

test('UTF-16 is text', () => {
  expect(sniffHead(Buffer.from('\ufeffHello there', 'utf16le'), 'a')).toEqual({
    kind: 'known',
    media: 'text',
  });
});

test('an empty file is empty', () => {
  expect(sniffHead(new Uint8Array(), 'a.pdf')).toEqual({ kind: 'empty' });
});

test.each([
  ['\x1f\x8b\x08\0\0', 'a.tar.gz', /gzip archive \(its name ends in \.gz\)/],
  ['RIFF\0\0\0\0WAVE', 'sound', /unknown kind$/],
  ['\0\x01\x02\x03'.repeat(50), 'data.txt', /unknown kind \(its name ends in \.txt\)/],
])('%j is described by content and name', (head, name, description) => {
  const detected = sniffHead(bytes(head), name);
  expect(detected.kind === 'unsupported' && detected.description).toMatch(description);
});

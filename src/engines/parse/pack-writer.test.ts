import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Page } from '../../model/document.ts';
import { RESULT_SECTIONS, type SectionIndex } from '../../model/parse-result.ts';
import { PACK_NAME, PackWriter } from './pack-writer.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sheaf-pack-test-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function page(pageNumber: number, text: string): Page {
  return {
    success: true,
    pageNumber,
    width: 1,
    height: 2,
    source: 'native',
    text,
    markdown: text,
    items: [],
  };
}

function read(
  packPath: string,
  sections: SectionIndex,
  section: keyof SectionIndex,
): { pages: { text: string }[] } {
  const { offset, length } = sections[section];
  return JSON.parse(
    readFileSync(packPath)
      .subarray(offset, offset + length)
      .toString('utf8'),
  ) as { pages: { text: string }[] };
}

test('sections lie one behind the other and each is JSON of its own', () => {
  const writer = new PackWriter(directory);
  writer.add(page(1, 'größer „als“ 𝒜'));
  writer.add({ success: false, pageNumber: 2, error: 'Torn.' });
  const { packPath, packBytes, sections } = writer.finish();
  let end = 0;
  for (const section of RESULT_SECTIONS) {
    expect(sections[section].offset).toBe(end);
    end += sections[section].length;
    expect(read(packPath, sections, section).pages).toHaveLength(2);
  }
  expect(packBytes).toBe(end);
  expect(readFileSync(packPath)).toHaveLength(end);
  expect(read(packPath, sections, 'text').pages[0]?.text).toBe('größer „als“ 𝒜');
});

test('a document without pages is still whole JSON', () => {
  const { packPath, sections } = new PackWriter(directory).finish();
  expect(read(packPath, sections, 'items')).toEqual({ pages: [] });
});

test('large sections go through part files and come out the same; no part file stays', () => {
  const writer = new PackWriter(directory);
  const texts = Array.from({ length: 12 }, (_, index) => `${index} é `.repeat(200_000));
  texts.forEach((text, index) => writer.add(page(index + 1, text)));
  expect(readdirSync(directory)).toContain('text.part');
  const { packPath, sections } = writer.finish();
  expect(read(packPath, sections, 'text').pages.map((entry) => entry.text)).toEqual(texts);
  expect(read(packPath, sections, 'metadata').pages).toHaveLength(12);
  expect(readdirSync(directory)).toEqual([PACK_NAME]);
});

test('parts lie behind the sections, large or small, text or bytes', () => {
  const writer = new PackWriter(directory);
  writer.add(page(1, 'Some text.'));
  const pictures = writer.part('image_bytes');
  const big = Buffer.alloc(3_000_000, 7);
  expect([pictures.addBytes(big), pictures.addBytes(big), pictures.addBytes(Buffer.from('end'))]).toEqual([
    0, 3_000_000, 6_000_000,
  ]);
  writer.part('images').addText('{"at":0}\n');
  writer.part('images').addText('{"at":3}\n');
  writer.part('xlsx');
  const { packPath, packBytes, parts } = writer.finish();
  const pack = readFileSync(packPath);
  const bytesOf = (part: 'images' | 'image_bytes' | 'xlsx') => {
    const { offset, length } = parts[part] ?? { offset: -1, length: -1 };
    return pack.subarray(offset, offset + length);
  };
  expect(bytesOf('images').toString()).toBe('{"at":0}\n{"at":3}\n');
  expect(bytesOf('image_bytes').equals(Buffer.concat([big, big, Buffer.from('end')]))).toBe(true);
  expect(bytesOf('xlsx')).toHaveLength(0);
  expect(parts).not.toHaveProperty('forms');
  expect(packBytes).toBe(pack.length);
  expect(readdirSync(directory)).toEqual([PACK_NAME]);
});

test('tells how long the whole text will be, failed pages and broken characters included', () => {
  const writer = new PackWriter(directory);
  writer.add(page(1, 'größer'));
  writer.add({ success: false, pageNumber: 2, error: 'Torn.' });
  writer.add(page(3, 'half \ud83d pair'));
  const { joined } = writer.finish();
  const texts = ['größer', '', 'half \ud83d pair'];
  expect(joined).toEqual({
    text: Buffer.byteLength(texts.join('\n\n')),
    markdown: Buffer.byteLength(texts.join('\n\n---\n\n')),
  });
});

test('a result that becomes too large fails its document, however it grows', () => {
  const tooLarge = { code: 'DOCUMENT_TOO_LARGE' };
  const pictures = new PackWriter(directory, 1_000);
  expect(() => pictures.part('image_bytes').addBytes(Buffer.alloc(1_001))).toThrow(
    expect.objectContaining(tooLarge),
  );
  pictures.discard();
  const text = new PackWriter(directory, 6_000_000);
  const pages = () => {
    for (let number = 1; number < 40; number += 1) text.add(page(number, 'x'.repeat(1_000_000)));
  };
  expect(pages).toThrow(expect.objectContaining(tooLarge));
  text.discard();
  const small = new PackWriter(directory, 10);
  small.add(page(1, 'More than ten bytes.'));
  expect(() => small.finish()).toThrow(expect.objectContaining(tooLarge));
});

test('a discarded document leaves nothing behind', () => {
  const writer = new PackWriter(directory);
  writer.add(page(1, 'x'.repeat(5_000_000)));
  writer.discard();
  writer.discard();
  expect(readdirSync(directory)).toEqual([]);
});

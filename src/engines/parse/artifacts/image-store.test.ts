import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { resolveParseOptions } from '../../../model/parse-options.ts';
import type { StoredImage } from '../../../model/parse-result.ts';
import { plainPicture } from '../fixtures/illustrated-pdf.ts';
import { temporaryDirectory } from '../fixtures/sample-documents.ts';
import { PackWriter } from '../pack-writer.ts';
import { ImageStore, MOST_IMAGES_PER_PAGE } from './image-store.ts';

const temporary: (() => void)[] = [];
afterEach(() => temporary.splice(0).forEach((remove) => remove()));

let blue: Buffer;
let red: Buffer;
beforeAll(async () => {
  blue = await plainPicture('#0000ff');
  red = await plainPicture('#ff0000', 'jpeg');
});

function open(output: Record<string, unknown>) {
  const { path, remove } = temporaryDirectory();
  temporary.push(remove);
  const writer = new PackWriter(path);
  const warnings: string[] = [];
  const options = resolveParseOptions({ output_options: output }).options.artifacts;
  const store = new ImageStore(options, writer, (sentence) => warnings.push(sentence));
  const finish = () => {
    const { packPath, parts } = writer.finish();
    const pack = readFileSync(packPath);
    const { offset, length } = parts.images ?? { offset: 0, length: 0 };
    const lines = pack
      .subarray(offset, offset + length)
      .toString()
      .split('\n')
      .slice(0, -1);
    return { list: lines.map((line) => JSON.parse(line) as StoredImage), parts };
  };
  return { store, warnings, finish };
}

test('a picture that stands in several places is stored once', () => {
  const { store, finish } = open({ images_to_save: ['embedded'] });
  expect(store.wantsEmbedded).toBe(true);
  const save = (pageNumber: number, bytes: Buffer) => store.save({ pageNumber, category: 'embedded', bytes });
  expect([save(1, blue), save(1, red), save(2, blue)]).toEqual([
    'img_p1_1.png',
    'img_p1_2.jpg',
    'img_p2_1.png',
  ]);
  const { list, parts } = finish();
  expect(list.map(({ index, at }) => [index, at])).toEqual([
    [0, 0],
    [1, blue.length],
    [2, 0],
  ]);
  expect(list[1]).toMatchObject({ content_type: 'image/jpeg', size_bytes: red.length, category: 'embedded' });
  expect(parts.image_bytes?.length).toBe(blue.length + red.length);
});

test('nothing is kept that nobody asked for, nor what no browser shows', () => {
  const nothing = open({});
  expect(nothing.store.wantsEmbedded).toBe(false);
  expect(nothing.store.save({ pageNumber: 1, category: 'embedded', bytes: blue })).toBeUndefined();
  expect(nothing.finish().parts).toEqual({});
  const { store } = open({ images_to_save: ['embedded'] });
  expect(store.save({ pageNumber: 1, category: 'screenshot', bytes: blue })).toBeUndefined();
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  expect(store.save({ pageNumber: 1, category: 'embedded', bytes: svg })).toBeUndefined();
});

test('a page keeps so many pictures and says that there were more', () => {
  const { store, warnings } = open({ images_to_save: ['embedded'] });
  const save = (pageNumber: number) => store.save({ pageNumber, category: 'embedded', bytes: blue });
  const names = Array.from({ length: MOST_IMAGES_PER_PAGE + 2 }, () => save(1));
  expect(names.filter((name) => name !== undefined)).toHaveLength(MOST_IMAGES_PER_PAGE);
  expect(save(2)).toBe('img_p2_1.png');
  expect(warnings).toEqual([
    `A page has more than ${MOST_IMAGES_PER_PAGE} pictures: the others were left out.`,
  ]);
});

test('inlined pictures are data, kept as files only when asked for, and not without bounds', () => {
  const inline = open({ markdown: { inline_images: true } });
  const save = (bytes: Buffer) => inline.store.save({ pageNumber: 1, category: 'layout', bytes });
  expect(save(blue)).toBe(`data:image/png;base64,${blue.toString('base64')}`);
  const huge = Buffer.concat([blue, Buffer.alloc(17 * 1024 * 1024)]);
  expect(save(huge)).toBeUndefined();
  expect(inline.warnings).toHaveLength(1);
  expect(inline.finish().list).toEqual([]);

  const both = open({ markdown: { inline_images: true }, images_to_save: ['layout'] });
  expect(both.store.save({ pageNumber: 1, category: 'layout', bytes: huge })).toBe('layout_p1_1.png');
  expect(both.store.save({ pageNumber: 1, category: 'layout', bytes: blue, isLinked: false })).toBe(
    'layout_p1_2.png',
  );
  expect(both.finish().list).toHaveLength(2);
});

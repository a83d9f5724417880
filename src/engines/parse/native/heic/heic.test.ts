import { afterAll, expect, test } from 'vitest';
import { EngineBench } from '../../fixtures/engine-bench.ts';
import { heicPictures } from '../../fixtures/heic-pictures.ts';
import { readDocument } from '../../fixtures/read-document.ts';

const bench = new EngineBench();
afterAll(() => bench.close());

test('every picture of a HEIC file is a page of its own size', async () => {
  const { read } = await bench.parseWell(heicPictures(), {
    processing_options: { ignore: { ignore_text_in_image: true } },
  });
  expect(read.items.pages.map((page) => [page.page_number, page.page_width / page.page_height])).toEqual([
    [1, expect.closeTo(420 / 90, 1)],
    [2, expect.closeTo(420 / 90, 1)],
  ]);
});

test('a picture that cannot be decoded is refused with a sentence', async () => {
  const cut = heicPictures().subarray(0, 800);
  await expect(readDocument(cut)).rejects.toMatchObject({
    code: 'IMAGE_IS_BROKEN',
    message: expect.stringContaining('Save it as JPEG or PNG') as string,
  });
});

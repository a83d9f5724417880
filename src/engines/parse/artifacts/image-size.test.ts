import sharp from 'sharp';
import { expect, test } from 'vitest';
import { imageSizeOf } from './image-size.ts';

const picture = () => sharp({ create: { width: 321, height: 123, channels: 3, background: '#3366cc' } });

test.each([
  ['PNG', () => picture().png().toBuffer()],
  ['JPEG', () => picture().jpeg().toBuffer()],
  [
    'progressive JPEG',
    () =>
      picture()
        .withExif({ IFD0: { Artist: 'x' } })
        .jpeg({ progressive: true })
        .toBuffer(),
  ],
  ['GIF', () => picture().gif().toBuffer()],
  ['WebP', () => picture().webp().toBuffer()],
  ['lossless WebP', () => picture().webp({ lossless: true }).toBuffer()],
  ['WebP with transparency', () => picture().ensureAlpha(0.5).webp().toBuffer()],
])('the size of %s is in its header', async (_, make) => {
  const bytes = await make();
  expect(imageSizeOf(bytes)).toEqual({ width: 321, height: 123 });
  // Buffers of a pool do not begin where their memory does.
  expect(imageSizeOf(Buffer.concat([Buffer.alloc(7), bytes]).subarray(7))).toEqual({
    width: 321,
    height: 123,
  });
});

test('rows of a bitmap may be told from the top down', () => {
  const bitmap = Buffer.alloc(64);
  bitmap.write('BM');
  bitmap.writeInt32LE(40, 18);
  bitmap.writeInt32LE(-30, 22);
  expect(imageSizeOf(bitmap)).toEqual({ width: 40, height: 30 });
});

test('what is cut off, empty or of another kind has none', async () => {
  const jpeg = await picture().jpeg().toBuffer();
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    jpeg.subarray(0, 40),
    Buffer.from('II*\0', 'latin1'),
    Buffer.from('<svg width="10"/>'),
    Buffer.from([0xff, 0xd8, ...Array.from({ length: 500 }, () => 0xff)]),
  ])
    expect(imageSizeOf(bytes)).toBeUndefined();
});

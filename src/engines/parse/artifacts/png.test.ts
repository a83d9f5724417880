import sharp from 'sharp';
import { expect, test } from 'vitest';
import { cropRaster, decodePng, encodePng, type Raster } from './png.ts';

/** Neighbouring pixels that differ in every channel, so that a wrong filter shows. */
function noise(width: number, height: number, channels: 3 | 4): Raster {
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    (_, index) => (index * 37 + (index >> 4) * 11) % 256,
  );
  return { width, height, channels, pixels };
}

test.each([3, 4] as const)('what is written with %i channels is what others read', async (channels) => {
  const picture = noise(13, 9, channels);
  const { data, info } = await sharp(encodePng(picture)).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 13, height: 9, channels });
  expect(data.equals(picture.pixels)).toBe(true);
});

test.each([3, 4] as const)(
  'what others write with %i channels is read, whatever the filters',
  async (channels) => {
    const { width, height, pixels } = noise(31, 17, channels);
    const raw = { raw: { width, height, channels } };
    for (const adaptiveFiltering of [false, true]) {
      const png = await sharp(pixels, raw).png({ adaptiveFiltering, compressionLevel: 9 }).toBuffer();
      expect(Buffer.from(decodePng(png).pixels).equals(pixels)).toBe(true);
    }
  },
);

test('a crop is the pixels of its area, as far as they are there', () => {
  const picture = noise(10, 8, 3);
  const crop = cropRaster(picture, { x: 7.4, y: 5, width: 20, height: 1.5 });
  expect(crop).toMatchObject({ width: 3, height: 2, channels: 3 });
  expect([...(crop?.pixels ?? [])].slice(0, 3)).toEqual([
    ...picture.pixels.subarray((5 * 10 + 7) * 3).subarray(0, 3),
  ]);
  expect(cropRaster(picture, { x: 11, y: 0, width: 5, height: 5 })).toBeUndefined();
  expect(cropRaster(picture, { x: 0, y: 0, width: 0, height: 5 })).toBeUndefined();
});

test('other kinds of PNG are refused', async () => {
  const { width, height, pixels } = noise(8, 8, 3);
  const raw = { raw: { width, height, channels: 3 as const } };
  const palette = await sharp(pixels, raw).png({ palette: true }).toBuffer();
  const interlaced = await sharp(pixels, raw).png({ progressive: true }).toBuffer();
  expect(() => decodePng(palette)).toThrow(RangeError);
  expect(() => decodePng(interlaced)).toThrow(RangeError);
});

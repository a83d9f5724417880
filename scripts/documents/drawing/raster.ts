import { LiteParse } from '@llamaindex/liteparse';
import sharp, { type Sharp } from 'sharp';
import type { Random } from '../random.ts';

/** Pixels of one channel, 0 black to 255 white, row by row. */
export interface GreyRaster {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Renders every page of a PDF to a PNG. The PDF must embed its fonts, or the pixels depend on the machine. */
export async function renderPages(pdf: Buffer, dpi: number): Promise<Buffer[]> {
  const pages = await new LiteParse({ dpi, ocrEnabled: false, quiet: true }).screenshot(pdf);
  return pages.sort((one, other) => one.pageNum - other.pageNum).map((page) => page.imageBuffer);
}

export async function toGrey(png: Buffer): Promise<GreyRaster> {
  const { data, info } = await sharp(png)
    .flatten({ background: 'white' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * What a flatbed scanner does to a page: grey instead of black and white, a paper that is not quite even, and
 * noise. `strength` is the noise's standard deviation in grey levels.
 */
export function addScannerNoise(raster: GreyRaster, random: Random, strength: number): GreyRaster {
  const { width, height } = raster;
  // Twelve draws per pixel would take seconds a page; a table of draws read at random places looks the same.
  const draws = Int8Array.from({ length: 4096 }, () => Math.round(random.normal() * strength));
  const data = Buffer.alloc(raster.data.length);
  for (let y = 0; y < height; y += 1) {
    let place = random.integer(0, draws.length - 1);
    for (let x = 0; x < width; x += 1) {
      const index = y * width + x;
      place = (place + 1 + (random.next() < 0.02 ? 97 : 0)) % draws.length;
      const shade = 238 - Math.round((12 * x) / width) - Math.round((6 * y) / height);
      const ink = ((raster.data[index] ?? 255) * (shade - 38)) / 255 + 38;
      data[index] = Math.max(0, Math.min(255, Math.round(ink + (draws[place] ?? 0))));
    }
  }
  return { data, width, height };
}

/** A sharp pipeline that starts from grey pixels. */
export function fromGrey(raster: GreyRaster): Sharp {
  return sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 1 } });
}

import { decodePng } from '../artifacts/png.ts';

/** A picture of a page, one byte a pixel, 0 black. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** @param png as the renderer makes it; transparent is white */
export function greyFromPng(png: Buffer): GreyPicture {
  const { width, height, channels, pixels } = decodePng(png);
  if (channels === 1) return { width, height, pixels };
  const grey = new Uint8Array(width * height);
  const hasColour = channels >= 3;
  const hasAlpha = channels === 2 || channels === 4;
  for (let at = 0, from = 0; at < grey.length; at += 1, from += channels) {
    const red = pixels[from] ?? 0;
    // Shares of ITU-R BT.601, out of 256.
    const value = hasColour
      ? (red * 77 + (pixels[from + 1] ?? 0) * 150 + (pixels[from + 2] ?? 0) * 29) >> 8
      : red;
    const alpha = hasAlpha ? (pixels[from + channels - 1] ?? 255) : 255;
    grey[at] = alpha === 255 ? value : 255 - ((255 - value) * alpha) / 255;
  }
  return { width, height, pixels: grey };
}

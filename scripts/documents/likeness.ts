import { LiteParse } from '@llamaindex/liteparse';
import sharp, { type OutputInfo } from 'sharp';
import { renderPages } from './drawing/raster.ts';

/** Mean difference of two pictures, in grey levels, that compression and rounding may cause. */
const TOLERANCE = 3;
/** Enough to see that something moved, and quick for many pages. */
const COMPARISON_DPI = 40;

/**
 * Whether two files show the same document. Equal bytes do; but another release of zlib or of an image library
 * may write other bytes for the same content, so the text with its places and the pixels decide then.
 */
export async function showTheSame(one: Buffer, other: Buffer, password?: string): Promise<boolean> {
  if (one.equals(other)) return true;
  const isPdf = one.subarray(0, 5).toString('latin1') === '%PDF-';
  if (!isPdf) return lookAlike(one, other);
  const [text, otherText] = [await readText(one, password), await readText(other, password)];
  if (text === undefined || text !== otherText) return false;
  if (password !== undefined) return true;
  const [pages, otherPages] = [
    await renderPages(one, COMPARISON_DPI),
    await renderPages(other, COMPARISON_DPI),
  ];
  for (const [index, page] of pages.entries()) {
    const otherPage = otherPages[index];
    if (!otherPage || !(await lookAlike(page, otherPage))) return false;
  }
  return pages.length === otherPages.length;
}

/** Every piece of text with its place and every form field; undefined when the file cannot be read. */
async function readText(pdf: Buffer, password?: string): Promise<string | undefined> {
  const reader = new LiteParse({
    ocrEnabled: false,
    quiet: true,
    extractFormFields: true,
    extractAnnotations: true,
    ...(password === undefined ? {} : { password }),
  });
  const result = await reader.parse(pdf).catch(() => undefined);
  return result && JSON.stringify(result.pages);
}

async function lookAlike(one: Buffer, other: Buffer): Promise<boolean> {
  const [first, second] = [await greyPixels(one), await greyPixels(other)];
  if (first.info.width !== second.info.width || first.info.height !== second.info.height) return false;
  const sum = first.data.reduce(
    (total, level, index) => total + Math.abs(level - (second.data[index] ?? 0)),
    0,
  );
  return sum / first.data.length < TOLERANCE;
}

/** The pixels of all pages, one below the other. */
function greyPixels(image: Buffer): Promise<{ data: Buffer; info: OutputInfo }> {
  return sharp(image, { pages: -1 }).flatten().greyscale().raw().toBuffer({ resolveWithObject: true });
}

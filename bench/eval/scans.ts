import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LiteParse } from '@llamaindex/liteparse';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';

/** A page of a born-digital document, made into a picture; its own text layer is the truth. */
export interface Scan {
  readonly path: string;
  readonly truth: string;
  /** Clockwise degrees by which the picture was turned. */
  readonly turned: 0 | 90 | 180 | 270;
}

const DPI = 200;
const FEWEST_WORDS = 80;

/** Makes image-only PDFs of the first text-rich page of each document. */
export async function makeScans(
  sources: readonly string[],
  directory: string,
  options: { most: number; turned: Scan['turned'] },
): Promise<Scan[]> {
  const scans: Scan[] = [];
  for (const source of sources) {
    if (scans.length >= options.most) break;
    const scan = await makeScan(
      source,
      join(directory, `scan-${options.turned}-${scans.length}.pdf`),
      options.turned,
    );
    if (scan) scans.push(scan);
  }
  return scans;
}

async function makeScan(source: string, path: string, turned: Scan['turned']): Promise<Scan | undefined> {
  const parsed = await new LiteParse({ ocrEnabled: false, quiet: true, maxPages: 3 })
    .parse(source)
    .catch(() => undefined);
  const page = parsed?.pages.find((candidate) => (candidate.text.match(/\S+/g) ?? []).length >= FEWEST_WORDS);
  if (!page) return undefined;
  const shots = await new LiteParse({ ocrEnabled: false, quiet: true, dpi: DPI }).screenshot(source, [
    page.pageNum,
  ]);
  const shot = shots[0];
  if (!shot) return undefined;
  const picture = await sharp(shot.imageBuffer).rotate(turned).jpeg({ quality: 85 }).toBuffer();
  const upright = turned % 180 === 0;
  const size: [number, number] = upright ? [page.width, page.height] : [page.height, page.width];
  const document = new PDFDocument({ size, margin: 0 });
  document.image(picture, 0, 0, { width: size[0], height: size[1] });
  document.end();
  const chunks: Buffer[] = [];
  for await (const chunk of document) chunks.push(chunk as Buffer);
  writeFileSync(path, Buffer.concat(chunks));
  return { path, truth: page.text, turned };
}

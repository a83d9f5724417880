import { LiteParse } from '@llamaindex/liteparse';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';

/** Above what OCR reads at, so that drawing the page twice costs little. */
export const SCAN_DPI = 300;
/** A page is drawn by itself, so that a long document does not hold its pictures in memory all at once. */
const MOST_PAGES = 200;

/**
 * A copy of a PDF that consists of pictures only, as a scanner would have made it: whatever text layer the document
 * brings, shown or hidden, is gone.
 */
export async function scanCopy(source: string): Promise<Buffer> {
  const parsed = await new LiteParse({ ocrEnabled: false, quiet: true, maxPages: MOST_PAGES }).parse(source);
  const document = new PDFDocument({ autoFirstPage: false, margin: 0 });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.once('end', () => resolve()));
  for (const page of parsed.pages) {
    const shots = await new LiteParse({ ocrEnabled: false, quiet: true, dpi: SCAN_DPI }).screenshot(source, [
      page.pageNum,
    ]);
    const size: [number, number] = [page.width, page.height];
    document.addPage({ size, margin: 0 });
    const [shot] = shots;
    if (shot) {
      const picture = await sharp(shot.imageBuffer).jpeg({ quality: 92 }).toBuffer();
      document.image(picture, 0, 0, { width: size[0], height: size[1] });
    }
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LiteParse } from '@llamaindex/liteparse';
import PDFDocument from 'pdfkit';
import type { SignInk } from '../../src/engines/parse/liteparse/digits/sign-picture.ts';
import { greyFromPng } from '../../src/engines/parse/liteparse/grey-picture.ts';
import { cutOut } from './warp.ts';

const FONTS = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const STANDARD = ['Helvetica', 'Helvetica-Oblique', 'Times-Roman', 'Times-Italic', 'Courier', 'Courier-Bold'];
const CELL = 60;
const COLUMNS = 9;

/** Printed signs, each in many fonts. */
export async function printedSigns(signs: string): Promise<Map<string, SignInk[]>> {
  const found = new Map<string, SignInk[]>(signs.split('').map((sign) => [sign, []]));
  const files = readdirSync(FONTS).filter((name) => name.endsWith('.ttf') && !name.includes('Math'));
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-glyphs-'));
  try {
    for (const font of [...files.map((name) => join(FONTS, name)), ...STANDARD]) {
      const path = join(directory, 'signs.pdf');
      writeFileSync(path, await sheet(font, signs));
      const shots = await new LiteParse({ quiet: true, dpi: 96 }).screenshot(path, [1]);
      const [shot] = shots;
      if (!shot) continue;
      const { width, height, pixels } = greyFromPng(shot.imageBuffer);
      const scale = width / (CELL * COLUMNS);
      for (const [index, sign] of signs.split('').entries()) {
        const x = Math.round((index % COLUMNS) * CELL * scale);
        const y = Math.round(Math.floor(index / COLUMNS) * CELL * scale);
        const side = Math.floor(CELL * scale);
        const ink = new Float32Array(side * side);
        for (let row = 0; row < side && y + row < height; row += 1) {
          for (let column = 0; column < side && x + column < width; column += 1)
            ink[row * side + column] = 1 - (pixels[(y + row) * width + x + column] ?? 255) / 255;
        }
        const cut = cutOut({ width: side, height: side, ink });
        if (cut) found.get(sign)?.push(cut);
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return found;
}

async function sheet(font: string, signs: string): Promise<Buffer> {
  const rows = Math.ceil(signs.length / COLUMNS);
  const document = new PDFDocument({ autoFirstPage: false, margin: 0 });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.once('end', () => resolve()));
  document.addPage({ size: [CELL * COLUMNS, CELL * rows], margin: 0 });
  document.font(font).fontSize(32);
  for (const [index, sign] of signs.split('').entries())
    document.text(sign, (index % COLUMNS) * CELL + 12, Math.floor(index / COLUMNS) * CELL + 8, {
      lineBreak: false,
    });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

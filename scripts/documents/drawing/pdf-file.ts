import PdfKit from 'pdfkit';

/** A PDF that is being drawn. */
export type Pdf = PDFKit.PDFDocument;

export interface PdfSettings {
  readonly title: string;
  readonly author?: string;
  /** A paper name that pdfkit knows, or width and height in points. */
  readonly paper?: string | readonly [number, number];
  readonly landscape?: boolean;
  /** Opens only with this password. RC4 with a 128-bit key: the newer ciphers draw random salts. */
  readonly password?: string;
}

// Dates go into the file and into its identifier, so the present would make every run differ.
const CREATED = new Date('2026-01-05T09:00:00Z');

/** Draws one PDF in memory. Pages stay open until `draw` returns, so running lines can name the page count. */
export function drawPdf(settings: PdfSettings, draw: (pdf: Pdf) => void): Promise<Buffer> {
  const paper = settings.paper ?? 'A4';
  const pdf = new PdfKit({
    size: typeof paper === 'string' ? paper : [paper[0], paper[1]],
    layout: settings.landscape ? 'landscape' : 'portrait',
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.4',
    info: {
      Title: settings.title,
      Author: settings.author ?? 'Sheaf examples',
      Producer: 'Sheaf',
      Creator: 'Sheaf',
      CreationDate: CREATED,
      ModDate: CREATED,
    },
    ...(settings.password === undefined
      ? {}
      : { userPassword: settings.password, ownerPassword: `${settings.password}-owner` }),
  });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
    draw(pdf);
    pdf.end();
  });
}

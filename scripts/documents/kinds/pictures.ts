import sharp from 'sharp';
import { numbered, setList, setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf, type Pdf } from '../drawing/pdf-file.ts';
import { addScannerNoise, fromGrey, renderPages, toGrey } from '../drawing/raster.ts';
import { setTable } from '../drawing/table.ts';
import { DEJAVU_MONO, DEJAVU_SANS } from '../drawing/typefaces.ts';
import { createRandom } from '../random.ts';

const FAX_DPI = 200;

/** A notice as a clean PNG, as a screen capture would be. */
export async function notice(): Promise<Buffer> {
  const text: TextStyle = { font: DEJAVU_SANS.regular, size: 13, leading: 1.5 };
  const png = await renderOne([420, 250], 150, (pdf) => {
    const flow = new Flow(pdf, () => [{ x: 30, y: 28, width: 360, height: 220 }]);
    setParagraph(flow, 'Water will be turned off', { font: DEJAVU_SANS.bold, size: 20 }, { after: 10 });
    setParagraph(flow, 'On Wednesday, 15 April, from 08:00 to 12:30, in all flats of house 7.', text, {
      after: 10,
    });
    setList(
      flow,
      [
        'Fill a kettle the evening before.',
        'Keep all taps closed.',
        'Afterwards let the water run for two minutes.',
      ],
      text,
      { marker: numbered, hang: 24 },
    );
    setParagraph(flow, 'Questions: caretaker, telephone 01632 960 377', { ...text, font: DEJAVU_SANS.bold });
  });
  return sharp(png).greyscale().png({ palette: true, colours: 16, compressionLevel: 9 }).toBuffer();
}

/** A till receipt photographed on a dark table, a little askew. */
export async function receipt(): Promise<Buffer> {
  const text: TextStyle = { font: DEJAVU_MONO.regular, size: 11, leading: 1.4 };
  const png = await renderOne([206, 330], 200, (pdf) => {
    const flow = new Flow(pdf, () => [{ x: 22, y: 22, width: 162, height: 300 }]);
    const centred: TextStyle = { ...text, align: 'center' };
    setParagraph(flow, 'MEADOW GROCERS', { ...centred, font: DEJAVU_MONO.bold, size: 14 }, { after: 2 });
    setParagraph(flow, '12 Market Street', centred, { after: 2 });
    setParagraph(flow, '14 May 2026  17:42', centred, { after: 12 });
    setTable(
      flow,
      [
        { title: 'Item', share: 66 },
        { title: 'Price', share: 34, align: 'right' },
      ],
      [
        ['Rye bread', '3.40'],
        ['Butter 250 g', '2.85'],
        ['Apples 1.2 kg', '3.96'],
        ['Goat cheese', '4.50'],
        ['Tomatoes 0.6 kg', '2.34'],
        ['Coffee beans', '8.95'],
        { cells: ['TOTAL', '26.00'], emphasised: true },
        ['Cash', '30.00'],
        ['Change', '4.00'],
      ],
      { body: text, bold: DEJAVU_MONO.bold, rules: 'none', padding: 2 },
    );
    setParagraph(flow, 'Thank you for your visit', centred);
  });
  const paper = addScannerNoise(await toGrey(png), createRandom(5), 4);
  const table = '#3b322c';
  const coloured = await fromGrey(paper)
    .tint({ r: 255, g: 247, b: 230 })
    .toColourspace('srgb')
    .png()
    .toBuffer();
  return sharp(coloured)
    .rotate(1.4, { background: table })
    .extend({ top: 70, bottom: 70, left: 90, right: 90, background: table })
    .jpeg({ quality: 62, mozjpeg: true })
    .toBuffer();
}

/** A coloured jar label as WebP. */
export async function label(): Promise<Buffer> {
  const png = await renderOne([360, 200], 150, (pdf) => {
    const flow = new Flow(pdf, () => [{ x: 24, y: 24, width: 312, height: 170 }]);
    pdf.rect(0, 0, 360, 200).fill('#fdf3d7').rect(8, 8, 344, 184).lineWidth(3).stroke('#b3561d');
    const text: TextStyle = { font: DEJAVU_SANS.regular, size: 11, align: 'center' };
    setParagraph(flow, 'Heather Honey', { ...text, font: DEJAVU_SANS.bold, size: 26, colour: '#8a3c10' });
    setParagraph(
      flow,
      'from the hives of Cobb Hill',
      { ...text, font: DEJAVU_SANS.italic, size: 13 },
      { after: 16 },
    );
    setParagraph(flow, 'Net weight 340 g', { ...text, size: 14 });
    setParagraph(flow, 'Best before: 30 September 2028', text);
    setParagraph(flow, 'Batch 2611', { ...text, font: DEJAVU_SANS.bold });
  });
  return sharp(png).flatten({ background: 'white' }).webp({ quality: 60, effort: 6 }).toBuffer();
}

/** A fax of three pages as one TIFF: black and white, compressed as fax machines do (CCITT group 4). */
export async function fax(): Promise<Buffer> {
  const text: TextStyle = { font: DEJAVU_SANS.regular, size: 13, leading: 1.6 };
  const sheets = [
    [
      'Fax',
      'To: Harlow Quay harbour office',
      'From: Osterholm Lantern Works',
      'Pages: 3',
      'Date: 2 June 2026',
    ],
    [
      'Page 2: Delivery',
      'We deliver the two harbour lanterns on Tuesday, 9 June, at high water.',
      'The crane must lift 420 kilograms.',
    ],
    [
      'Page 3: Signature',
      'Please sign below and send this page back.',
      'Name: Elspeth Drummond',
      'Harbour master',
    ],
  ];
  const pdf = await drawPdf({ title: 'Fax' }, (file) => {
    for (const [title = '', ...lines] of sheets) {
      const flow = new Flow(file, () => columnsFrame(A4, { top: 90, bottom: 90, side: 80 }));
      setParagraph(flow, title, { font: DEJAVU_SANS.bold, size: 22 }, { after: 16 });
      for (const line of lines) setParagraph(flow, line, text);
    }
  });
  const pages = await renderPages(pdf, FAX_DPI);
  return sharp(pages, { join: { animated: true } })
    .flatten({ background: 'white' })
    .threshold(150)
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: FAX_DPI / 25.4, yres: FAX_DPI / 25.4 })
    .toBuffer();
}

async function renderOne(
  paper: readonly [number, number],
  dpi: number,
  draw: (pdf: Pdf) => void,
): Promise<Buffer> {
  const [page] = await renderPages(await drawPdf({ title: 'Picture', paper }, draw), dpi);
  if (!page) throw new Error('Nothing was rendered: the drawing made no page.');
  return page;
}

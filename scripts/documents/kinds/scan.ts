import { numbered, setHeading, setList, setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { addScannerNoise, fromGrey, renderPages, toGrey } from '../drawing/raster.ts';
import { DEJAVU_SERIF } from '../drawing/typefaces.ts';
import { createRandom } from '../random.ts';

const BODY: TextStyle = { font: DEJAVU_SERIF.regular, size: 11.5, leading: 1.5 };
const HEADING: TextStyle = { font: DEJAVU_SERIF.bold, size: 14 };
const DPI = 150;

const DECISIONS = [
  'The minutes of the meeting in October were approved without changes.',
  'The roof of the boat shed will be repaired before the winter. Mrs Lindqvist asks three builders for an offer.',
  'The fee for a berth rises from 180 to 195 euros a year.',
  'Children under twelve may row only with a life jacket.',
] as const;

const ACCOUNTS = [
  'The treasurer reported an income of 14,320 euros and expenses of 12,865 euros. The difference of 1,455 euros goes into the reserve for the new slipway, which now stands at 9,210 euros.',
  'The auditors found the books in good order. They asked that receipts for fuel should be kept together with the log of the rescue boat, and the committee agreed.',
] as const;

/** Two pages that came from a scanner: pictures of text, grey, noisy and turned a little, with no text layer. */
export async function scan(): Promise<Buffer> {
  const pages = await renderPages(await typedMinutes(), DPI);
  const random = createRandom(77);
  const pictures: Buffer[] = [];
  for (const [index, page] of pages.entries()) {
    const noisy = addScannerNoise(await toGrey(page), random, 5);
    const turned = fromGrey(noisy)
      .rotate(index % 2 === 0 ? 1.2 : -0.8, { background: '#d8d8d8' })
      .toColourspace('b-w');
    pictures.push(await turned.jpeg({ quality: 58, mozjpeg: true }).toBuffer());
  }
  return drawPdf({ title: 'Scanned minutes', author: 'Flatbed scanner' }, (pdf) => {
    for (const picture of pictures) {
      pdf.addPage();
      pdf.image(picture, 0, 0, { cover: [A4.width, A4.height], align: 'center', valign: 'center' });
    }
  });
}

function typedMinutes(): Promise<Buffer> {
  return drawPdf({ title: 'Minutes' }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, { top: 90, bottom: 90, side: 85 }));
    setParagraph(flow, 'Rowing Club Saltmarket', { ...HEADING, size: 18 }, { after: 2 });
    setParagraph(flow, 'Minutes of the committee meeting', BODY, { after: 2 });
    setParagraph(flow, 'Held in the boat shed on 6 November 2025, 19:30 to 21:10', BODY, { after: 14 });
    setHeading(flow, 'Present', HEADING);
    setParagraph(
      flow,
      'Karin Lindqvist (chair), Samuel Oyelaran (treasurer), Beatrix Holm, Jonas Petersen.',
      BODY,
    );
    setHeading(flow, 'Decisions', HEADING);
    setList(flow, DECISIONS, BODY, { marker: numbered, hang: 22 });
    setHeading(flow, 'Next meeting', HEADING);
    setParagraph(flow, 'Thursday, 4 December 2025, at the same time and place.', BODY);
    flow.newPage();
    setHeading(flow, 'Report of the treasurer', HEADING);
    for (const text of ACCOUNTS) setParagraph(flow, text, BODY);
    setHeading(flow, 'Signed', HEADING);
    setParagraph(flow, 'Beatrix Holm, secretary', BODY);
  });
}

import { setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { HELVETICA } from '../drawing/typefaces.ts';
import { createRandom } from '../random.ts';

const TEXT = { font: HELVETICA.regular, size: 12 } as const;

/** Encrypted: it opens with the password `lantern`, and must fail without one. */
export function locked(): Promise<Buffer> {
  return drawPdf({ title: 'Locked', password: 'lantern' }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, { top: 90, bottom: 90, side: 80 }));
    setParagraph(flow, 'Sealed offer', { font: HELVETICA.bold, size: 20 });
    setParagraph(
      flow,
      'Our offer for the repair of the boat shed is 18,400 euros. It stands until 30 June 2026.',
      TEXT,
    );
  });
}

/** Begins like a PDF and then holds only noise, as a file does after a broken transfer: no reader can mend it. */
export async function broken(): Promise<Buffer> {
  const random = createRandom(404);
  const noise = Buffer.from(Array.from({ length: 3_000 }, () => random.integer(0, 255)));
  return Buffer.concat([Buffer.from('%PDF-1.4\n'), noise]);
}

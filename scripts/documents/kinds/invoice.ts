import { setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf, type Pdf } from '../drawing/pdf-file.ts';
import { setTable, type Row } from '../drawing/table.ts';
import { HELVETICA } from '../drawing/typefaces.ts';

interface LineItem {
  readonly description: string;
  readonly quantity: number;
  readonly unit: string;
  /** Pence. */
  readonly price: number;
}

const ITEMS: readonly LineItem[] = [
  { description: 'Oak stair treads, planed and sanded', quantity: 14, unit: 'piece', price: 6_450 },
  { description: 'Handrail, steam-bent ash', quantity: 6, unit: 'metre', price: 8_875 },
  { description: 'Turned balusters', quantity: 28, unit: 'piece', price: 1_920 },
  { description: 'Fitting on site, two joiners', quantity: 3, unit: 'day', price: 61_000 },
  { description: 'Hardwax oil, satin', quantity: 4, unit: 'litre', price: 3_145 },
  { description: 'Delivery within 40 miles', quantity: 1, unit: 'trip', price: 7_500 },
];
const VAT_PERCENT = 20;

const BODY: TextStyle = { font: HELVETICA.regular, size: 9.5 };
const MARGIN = { top: 190, bottom: 90, side: 56 };

/** One page: letterhead, addresses, a line-item table and totals that add up. */
export function invoice(): Promise<Buffer> {
  return drawPdf({ title: 'Invoice 2026-0147', author: 'Tillbrook & Vane Joinery' }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, MARGIN));
    drawLetterhead(pdf);
    drawAddresses(pdf);
    flow.y = 320;
    setTable(
      flow,
      [
        { title: 'Description', share: 46 },
        { title: 'Quantity', share: 13, align: 'right' },
        { title: 'Unit', share: 11 },
        { title: 'Unit price', share: 15, align: 'right' },
        { title: 'Amount', share: 15, align: 'right' },
      ],
      lineItemRows(),
      { body: BODY, bold: HELVETICA.bold, rules: 'grid', headFill: '#e4ece6', padding: 5 },
    );
    flow.skip(10);
    setParagraph(
      flow,
      'Payment is due within 30 days. Please quote the invoice number with your transfer. Goods remain our property until they are paid in full.',
      BODY,
    );
    setParagraph(
      flow,
      'Account name: Tillbrook & Vane Joinery · Sort code 00-00-00 · Account 00004711',
      BODY,
    );
  });
}

function lineItemRows(): Row[] {
  const net = ITEMS.reduce((sum, item) => sum + item.quantity * item.price, 0);
  const vat = Math.round((net * VAT_PERCENT) / 100);
  return [
    ...ITEMS.map((item) => [
      item.description,
      String(item.quantity),
      item.unit,
      pounds(item.price),
      pounds(item.quantity * item.price),
    ]),
    total('Net total', net),
    total(`VAT ${VAT_PERCENT} %`, vat),
    total('Amount due', net + vat),
  ];
}

const total = (label: string, amount: number): Row => ({
  cells: [label, '', '', '', pounds(amount)],
  emphasised: true,
});

function pounds(pence: number): string {
  const whole = String(Math.floor(pence / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `£${whole}.${String(pence % 100).padStart(2, '0')}`;
}

function drawLetterhead(pdf: Pdf): void {
  pdf.rect(0, 0, A4.width, 14).fill('#2f5d46');
  pdf.font(HELVETICA.bold, 20).fillColor('#2f5d46');
  pdf.text('Tillbrook & Vane Joinery', MARGIN.side, 44, { lineBreak: false });
  pdf.font(HELVETICA.regular, 9).fillColor('#444444');
  pdf.text('Unit 3, The Old Ropewalk, Harlow Quay HQ2 7TV', MARGIN.side, 70, { lineBreak: false });
  pdf.text('Telephone 01632 960 214 · office@tillbrook-vane.example', MARGIN.side, 83, { lineBreak: false });
}

function drawAddresses(pdf: Pdf): void {
  const column = (x: number, top: number, lines: readonly string[]): void => {
    for (const [index, line] of lines.entries()) pdf.text(line, x, top + index * 14, { lineBreak: false });
  };
  pdf.font(HELVETICA.bold, 18).fillColor('black').text('Invoice', MARGIN.side, 130, { lineBreak: false });
  pdf.font(HELVETICA.regular, 10);
  column(MARGIN.side, 175, [
    'Marchbank Guest House',
    'Mrs Ottoline Farrow',
    '18 Lantern Hill',
    'Harlow Quay HQ1 4LH',
  ]);
  pdf.font(HELVETICA.bold, 10);
  column(350, 175, ['Invoice number', 'Invoice date', 'Due date', 'Customer number', 'Order']);
  pdf.font(HELVETICA.regular, 10);
  column(455, 175, ['2026-0147', '9 March 2026', '8 April 2026', 'C-2093', 'Staircase, stage 2']);
}

import { setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { drawRunningLines } from '../drawing/running-lines.ts';
import { setTable, type Row } from '../drawing/table.ts';
import { HELVETICA } from '../drawing/typefaces.ts';
import { createRandom } from '../random.ts';

const BODY: TextStyle = { font: HELVETICA.regular, size: 8.5 };
const MARGIN = { top: 84, bottom: 70, side: 50 };
const MONTHS = ['Jan', 'Feb', 'Mar'] as const;
const DAYS = [31, 28, 31] as const;
const OPENING_CENTS = 482_650;

const PAYMENTS = [
  'Card payment, Corner Bakery',
  'Card payment, Meadow Grocers',
  'Card payment, Old Quay Books',
  'Direct debit, water rates',
  'Direct debit, electricity',
  'Standing order, rent of stall 12',
  'Card payment, ferry ticket',
  'Transfer to savings',
  'Cash withdrawal, Harlow Quay',
  'Card payment, paint and timber',
] as const;
const RECEIPTS = [
  'Stall takings paid in',
  'Transfer from Marchbank Guest House',
  'Refund, Meadow Grocers',
  'Transfer from P. Ravensdale',
] as const;

/** An account statement: one table of many rows over several pages, with a balance that runs on. */
export function statement(): Promise<Buffer> {
  return drawPdf({ title: 'Account statement, first quarter 2026' }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, MARGIN));
    setParagraph(flow, 'Account statement', { font: HELVETICA.bold, size: 18 }, { after: 6 });
    setParagraph(
      flow,
      'Wren & Daughters, Stall 12, Covered Market, Harlow Quay',
      { ...BODY, size: 10 },
      { after: 2 },
    );
    setParagraph(flow, 'Account 0000 8812 · 1 January to 31 March 2026 · all amounts in euros', {
      ...BODY,
      size: 10,
    });
    flow.skip(6);
    setTable(
      flow,
      [
        { title: 'Date', share: 14 },
        { title: 'Description', share: 42 },
        { title: 'Paid out', share: 14, align: 'right' },
        { title: 'Paid in', share: 14, align: 'right' },
        { title: 'Balance', share: 16, align: 'right' },
      ],
      accountRows(),
      {
        body: BODY,
        bold: HELVETICA.bold,
        rules: 'rows',
        headFill: '#dfe3ea',
        stripe: '#f6f7f9',
        padding: 3.5,
      },
    );
    drawRunningLines(
      pdf,
      (page, pages) => ({
        header: { left: 'Harlow Quay Mutual', right: 'Statement 2026-1' },
        footer: { left: 'Please check this statement within 60 days.', right: `Page ${page} of ${pages}` },
      }),
      { text: { font: HELVETICA.regular, size: 8 }, side: MARGIN.side, edge: 42, rule: true },
    );
  });
}

function accountRows(): Row[] {
  const random = createRandom(2026_1);
  let balance = OPENING_CENTS;
  let paidOut = 0;
  let paidIn = 0;
  const rows: Row[] = [
    { cells: ['01 Jan 2026', 'Opening balance', '', '', euros(balance)], emphasised: true },
  ];
  for (const [month, days] of DAYS.entries())
    for (let day = 2; day <= days; day += 1)
      for (let entries = random.integer(1, 3); entries > 0; entries -= 1) {
        const date = `${String(day).padStart(2, '0')} ${MONTHS[month]} 2026`;
        if (random.chance(0.42)) {
          const amount = random.integer(1_500, 24_000);
          balance += amount;
          paidIn += amount;
          rows.push([date, random.pick(RECEIPTS), '', euros(amount), euros(balance)]);
        } else {
          const amount = random.integer(250, 16_500);
          balance -= amount;
          paidOut += amount;
          rows.push([date, random.pick(PAYMENTS), euros(amount), '', euros(balance)]);
        }
      }
  rows.push({
    cells: ['31 Mar 2026', 'Closing balance', euros(paidOut), euros(paidIn), euros(balance)],
    emphasised: true,
  });
  return rows;
}

function euros(cents: number): string {
  const whole = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0 ? '-' : ''}${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}

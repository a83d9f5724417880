import { bullet, setList, setParagraph } from '../drawing/blocks.ts';
import { drawBarChart, type Bar } from '../drawing/bar-chart.ts';
import { Flow, type Region } from '../drawing/flow.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { drawRunningLines } from '../drawing/running-lines.ts';
import { setTable, type Column, type Row } from '../drawing/table.ts';
import { HELVETICA } from '../drawing/typefaces.ts';

const PAPER = [960, 540] as const;
const BODY_REGION: Region = { x: 70, y: 60, width: PAPER[0] - 140, height: PAPER[1] - 120 };
const TEXT = { font: HELVETICA.regular, size: 22, leading: 1.4, colour: '#222222' } as const;

interface Slide {
  readonly title: string;
  readonly points?: readonly string[];
  readonly bars?: readonly Bar[];
  readonly table?: { readonly columns: readonly Column[]; readonly rows: readonly Row[] };
}

const SLIDES: readonly Slide[] = [
  {
    title: 'Why a night bus?',
    points: [
      'The last train leaves at 22:40, the late shift ends at 23:00',
      'Every third apprentice gave up a place because of the way home',
      'Two villages have no taxi at all',
    ],
  },
  {
    title: 'Passengers per night',
    bars: [
      { label: 'Jan', value: 31 },
      { label: 'Feb', value: 38 },
      { label: 'Mar', value: 52 },
      { label: 'Apr', value: 64 },
      { label: 'May', value: 71 },
      { label: 'Jun', value: 83 },
    ],
  },
  {
    title: 'What it costs',
    table: {
      columns: [
        { title: 'Per month', share: 40 },
        { title: 'Pilot', share: 20, align: 'right' },
        { title: 'From autumn', share: 20, align: 'right' },
      ],
      rows: [
        ['Driver, two shifts', '€6,200', '€6,200'],
        ['Bus and fuel', '€3,450', '€2,980'],
        ['Fares received', '-€2,160', '-€3,900'],
        { cells: ['Left for the council', '€7,490', '€5,280'], emphasised: true },
      ],
    },
  },
  {
    title: 'Next steps',
    points: [
      'Council votes on 18 September',
      'Timetable printed with the school timetable in August',
      'Second bus only if more than 110 people ride per night',
    ],
  },
];

/** Landscape pages in the shape of a screen: a title page, points, a bar chart, a table without upright lines. */
export function slides(): Promise<Buffer> {
  return drawPdf({ title: 'The night bus after six months', paper: PAPER }, (pdf) => {
    const flow = new Flow(pdf, () => [BODY_REGION]);
    pdf.rect(0, 0, PAPER[0], PAPER[1]).fill('#12343b');
    flow.y = 190;
    setParagraph(flow, 'The night bus after six months', { font: HELVETICA.bold, size: 44, colour: 'white' });
    setParagraph(flow, 'Parish council of Nether Thornby, 2 July 2026', { ...TEXT, colour: '#c9dde0' });
    for (const slide of SLIDES) {
      flow.newPage();
      drawSlide(flow, slide);
    }
    drawRunningLines(
      pdf,
      (page) => (page === 1 ? undefined : { footer: { left: 'Night bus', right: String(page) } }),
      { text: { font: HELVETICA.regular, size: 12 }, side: BODY_REGION.x, edge: 36 },
    );
  });
}

function drawSlide(flow: Flow, slide: Slide): void {
  setParagraph(flow, slide.title, { font: HELVETICA.bold, size: 34, colour: '#12343b' }, { after: 20 });
  if (slide.points) setList(flow, slide.points, TEXT, { marker: bullet, hang: 26 });
  if (slide.bars)
    drawBarChart(flow.pdf, { ...BODY_REGION, y: flow.y, height: flow.room - 10 }, slide.bars, {
      font: HELVETICA.regular,
      size: 16,
      fill: '#3c8d93',
    });
  if (slide.table)
    setTable(flow, slide.table.columns, slide.table.rows, {
      body: TEXT,
      bold: HELVETICA.bold,
      rules: 'rows',
      padding: 8,
    });
}

import { numbered, setHeading, setList, setParagraph } from '../../scripts/documents/drawing/blocks.ts';
import { A4, columnsFrame, Flow, LETTER } from '../../scripts/documents/drawing/flow.ts';
import type { TextStyle } from '../../scripts/documents/drawing/lines.ts';
import { drawPdf } from '../../scripts/documents/drawing/pdf-file.ts';
import { drawRunningLines } from '../../scripts/documents/drawing/running-lines.ts';
import { setTable } from '../../scripts/documents/drawing/table.ts';
import {
  COURIER,
  DEJAVU_SERIF,
  HELVETICA,
  TIMES,
  type Typeface,
} from '../../scripts/documents/drawing/typefaces.ts';
import { createRandom, type Random } from '../../scripts/documents/random.ts';
import { drawPicture } from './picture.ts';
import { createProse, type Prose } from './prose.ts';

/** How one document of the corpus looks; drawn once, kept on all its pages. */
interface Look {
  readonly face: Typeface;
  readonly size: number;
  readonly columns: number;
  readonly paper: typeof A4 | typeof LETTER;
  readonly running: boolean;
  readonly align: 'left' | 'justify';
}

interface Writer {
  readonly flow: Flow;
  readonly random: Random;
  readonly prose: Prose;
  readonly look: Look;
  readonly body: TextStyle;
}

/** Most documents use standard fonts, some embed theirs, and a few look typewritten. */
const FACES = [
  HELVETICA,
  HELVETICA,
  HELVETICA,
  HELVETICA,
  TIMES,
  TIMES,
  TIMES,
  TIMES,
  DEJAVU_SERIF,
  COURIER,
] as const;
const MARGIN = { top: 76, bottom: 72, side: 62 };

/** Draws a born-digital PDF of exactly `pages` pages; the same seed gives the same document. */
export function drawCorpusDocument(seed: number, pages: number): Promise<Buffer> {
  const random = createRandom(seed);
  const prose = createProse(random);
  const look = drawLook(random);
  const title = `${prose.title()} ${random.integer(2015, 2026)}`;
  const paper = [look.paper.width, look.paper.height] as const;
  return drawPdf({ title, author: 'Sheaf corpus', paper }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(look.paper, MARGIN, look.columns));
    const body: TextStyle = { font: look.face.regular, size: look.size, align: look.align };
    const writer: Writer = { flow, random, prose, look, body };
    setParagraph(flow, title, { font: look.face.bold, size: look.size * 2 });
    for (let page = 1; page <= pages; page += 1) {
      if (page > 1) flow.newPage();
      fillPage(writer, page);
      if (flow.pageNumber !== page)
        throw new Error(
          `Page ${page} of the corpus document with seed ${seed} ran over: keep more room for a block.`,
        );
    }
    if (look.running)
      drawRunningLines(
        pdf,
        (page, total) => ({ header: { left: title }, footer: { centre: `Page ${page} of ${total}` } }),
        {
          text: { font: look.face.italic, size: 8.5 },
          side: MARGIN.side,
          edge: 38,
          rule: random.chance(0.5),
        },
      );
  });
}

function drawLook(random: Random): Look {
  return {
    face: random.pick(FACES),
    size: random.pick([9, 9.5, 10, 10.5, 11, 12]),
    columns: random.chance(0.2) ? 2 : 1,
    paper: random.chance(0.7) ? A4 : LETTER,
    running: random.chance(0.7),
    align: random.chance(0.35) ? 'justify' : 'left',
  };
}

/** The kinds of blocks with how often they come, out of their sum. */
const BLOCKS: readonly (readonly [(writer: Writer) => void, number])[] = [
  [writeParagraph, 12],
  [writeHeading, 4],
  [writeList, 3],
  [writeTable, 3],
  [writePicture, 1],
];
const BLOCK_WEIGHT = BLOCKS.reduce((sum, [, weight]) => sum + weight, 0);

/** Writes blocks until the next one might not fit: every block stays below the space that is kept free for it. */
function fillPage(writer: Writer, page: number): void {
  const { flow, look, random } = writer;
  setHeading(flow, `${page} ${writer.prose.heading()}`, { font: look.face.bold, size: look.size * 1.5 });
  for (let column = 1; ; column += 1) {
    const least = (look.columns === 2 ? 290 : 185) * (look.size / 10);
    while (flow.room > least) {
      let ticket = random.integer(1, BLOCK_WEIGHT);
      const block = BLOCKS.find(([, weight]) => (ticket -= weight) <= 0);
      block?.[0](writer);
    }
    if (column >= look.columns) return;
    flow.nextRegion();
  }
}

function writeParagraph({ flow, prose, body }: Writer): void {
  setParagraph(flow, prose.paragraph(), body);
}

function writeHeading({ flow, prose, look }: Writer): void {
  setHeading(flow, prose.heading(), { font: look.face.bold, size: look.size * 1.2 });
}

function writeList({ flow, prose, random, body }: Writer): void {
  const entries = Array.from({ length: random.integer(3, 6) }, () => prose.phrase());
  setList(
    flow,
    entries,
    { ...body, align: 'left' },
    random.chance(0.4) ? { marker: numbered, hang: 20 } : {},
  );
}

function writeTable({ flow, prose, random, look, body }: Writer): void {
  const figures = look.columns === 2 ? 2 : random.integer(2, 4);
  const columns = [
    { title: 'Item', share: 40 },
    ...Array.from({ length: figures }, (_, index) => ({
      title: String(2022 + index),
      share: 20,
      align: 'right' as const,
    })),
  ];
  const rows = Array.from({ length: random.integer(3, 6) }, () => [
    prose.phrase().split(' ').slice(0, 2).join(' '),
    ...Array.from({ length: figures }, () => prose.figure()),
  ]);
  setTable(flow, columns, rows, {
    body: { ...body, size: body.size * 0.9, align: 'left' },
    bold: look.face.bold,
    rules: random.pick(['grid', 'grid', 'rows'] as const),
    padding: 3,
    ...(random.chance(0.5) ? { headFill: '#e6e9ed' } : {}),
  });
}

function writePicture({ flow, random }: Writer): void {
  const side = random.integer(80, 140);
  flow.pdf.image(drawPicture(random), flow.region.x, flow.y, { width: side, height: side });
  flow.y += side + 10;
}

import { setHeading, setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow, type Region } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { drawRunningLines } from '../drawing/running-lines.ts';
import { TIMES } from '../drawing/typefaces.ts';
import { ARTICLE } from './article-text.ts';

const BODY: TextStyle = { font: TIMES.regular, size: 11.5, leading: 1.3, align: 'justify' };
const MARGIN = { top: 76, bottom: 70, side: 58 };
/** Where the columns of the first page begin, below the title and the abstract. */
const FIRST_COLUMNS_TOP = 250;
const TITLE_REGION: Region = {
  x: MARGIN.side,
  y: MARGIN.top,
  width: A4.width - 2 * MARGIN.side,
  height: FIRST_COLUMNS_TOP - MARGIN.top,
};

/** A journal article: title and abstract across the page, then two justified columns over several pages. */
export function twoColumns(): Promise<Buffer> {
  return drawPdf({ title: ARTICLE.title, author: ARTICLE.authors }, (pdf) => {
    const columns = columnsFrame(A4, MARGIN, 2, 22);
    const flow = new Flow(pdf, (page) => (page === 1 ? [TITLE_REGION, ...columns.map(belowTitle)] : columns));
    setParagraph(flow, ARTICLE.title, { font: TIMES.bold, size: 20, align: 'center' }, { after: 6 });
    setParagraph(flow, ARTICLE.authors, { font: TIMES.regular, size: 11.5, align: 'center' }, { after: 12 });
    setParagraph(flow, `Abstract. ${ARTICLE.abstract}`, { ...BODY, font: TIMES.italic, size: 10 });
    flow.nextRegion();
    for (const section of ARTICLE.sections) {
      setHeading(flow, section.heading, { font: TIMES.bold, size: 12.5 });
      for (const text of section.paragraphs) setParagraph(flow, text, BODY, { after: 5 });
    }
    setHeading(flow, 'References', { font: TIMES.bold, size: 12.5 });
    for (const [index, entry] of ARTICLE.references.entries())
      setParagraph(flow, `[${index + 1}] ${entry}`, { ...BODY, size: 9, align: 'left' }, { after: 3 });
    drawRunningLines(
      pdf,
      (page) => ({
        header: { left: ARTICLE.journal, right: ARTICLE.issue },
        footer: { centre: String(211 + page) },
      }),
      { text: { font: TIMES.italic, size: 9 }, side: MARGIN.side, edge: 40 },
    );
  });
}

const belowTitle = (region: Region): Region => ({
  ...region,
  y: FIRST_COLUMNS_TOP,
  height: region.y + region.height - FIRST_COLUMNS_TOP,
});

import { numbered, setHeading, setList, setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { drawRunningLines } from '../drawing/running-lines.ts';
import { setTable } from '../drawing/table.ts';
import { HELVETICA } from '../drawing/typefaces.ts';
import { REPORT_PARTS, type ReportPart } from './report-text.ts';

const BODY: TextStyle = { font: HELVETICA.regular, size: 10.5, leading: 1.45 };
const HEADING_SIZES = { 1: 18, 2: 14, 3: 11.5 } as const;
const MARGIN = { top: 86, bottom: 86, side: 72 };

/** Several pages with three levels of headings, lists, ruled tables, links, and running lines with page numbers. */
export function report(): Promise<Buffer> {
  return drawPdf(
    { title: 'State of the river Ellowen, summer 2025', author: 'Ellowen River Watch' },
    (pdf) => {
      const flow = new Flow(pdf, () => columnsFrame(A4, MARGIN));
      setParagraph(flow, 'State of the river Ellowen', { font: HELVETICA.bold, size: 26 }, { after: 4 });
      setParagraph(flow, 'Report on the readings of summer 2025', { ...BODY, size: 14, colour: '#444444' });
      setParagraph(
        flow,
        'Ellowen River Watch, 14 January 2026',
        { ...BODY, font: HELVETICA.italic },
        { after: 20 },
      );
      for (const part of REPORT_PARTS) setPart(flow, part);
      drawRunningLines(
        pdf,
        (page, pages) => ({
          ...(page === 1 ? {} : { header: { left: 'State of the river Ellowen', right: 'Summer 2025' } }),
          footer: { left: 'Ellowen River Watch', right: `Page ${page} of ${pages}` },
        }),
        { text: { font: HELVETICA.regular, size: 8.5 }, side: MARGIN.side, edge: 44, rule: true },
      );
    },
  );
}

function setPart(flow: Flow, part: ReportPart): void {
  switch (part.kind) {
    case 'heading':
      return setHeading(flow, part.text, {
        font: HELVETICA.bold,
        size: HEADING_SIZES[part.level],
        colour: '#173a5c',
      });
    case 'paragraph':
      return setParagraph(flow, part.content, BODY);
    case 'bullets':
      return setList(flow, part.entries, BODY);
    case 'numbers':
      return setList(flow, part.entries, BODY, { marker: numbered, hang: 18 });
    case 'table':
      flow.keep(90);
      setParagraph(flow, part.caption, { ...BODY, size: 9.5, font: HELVETICA.italic }, { after: 4 });
      return setTable(flow, part.columns, part.rows, {
        body: { ...BODY, size: 9.5, leading: 1.3 },
        bold: HELVETICA.bold,
        rules: 'grid',
        headFill: '#dde6ee',
      });
  }
}

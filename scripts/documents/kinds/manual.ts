import { setHeading, setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { drawRunningLines } from '../drawing/running-lines.ts';
import { setTable } from '../drawing/table.ts';
import { HELVETICA, TIMES } from '../drawing/typefaces.ts';
import { MANUAL_BODY, MANUAL_MARGIN, MANUAL_TABLE, MANUAL_TITLE, setChapter } from './manual-chapter.ts';
import { STATION_SYSTEMS } from './manual-systems.ts';

/** Cover, contents and safety come before the first chapter. */
const FRONT_PAGES = 3;
const PAGES_PER_CHAPTER = 5;

const RULES = [
  'Read the chapter before you touch the machine.',
  'Lock and tag what you work on, and keep the key in your pocket.',
  'Two people for every closed space, one of them outside.',
  'Write every start, stop and fault in the log before you leave.',
  'When in doubt, stop the pumps. The reservoir lasts for nine hours.',
] as const;

/** Sixty pages: a cover, contents, safety, eleven chapters of five pages each, a glossary and a log sheet. */
export function manual(): Promise<Buffer> {
  return drawPdf(
    { title: 'Brindlemoor pumping station: operating manual', author: 'Brindlemoor Water Trust' },
    (pdf) => {
      const flow = new Flow(pdf, () => columnsFrame(A4, MANUAL_MARGIN));
      setCover(flow);
      setContents(flow);
      setSafety(flow);
      for (const [index, system] of STATION_SYSTEMS.entries()) setChapter(flow, index + 1, system);
      setGlossary(flow);
      setLogSheet(flow);
      drawRunningLines(
        pdf,
        (page, pages) =>
          page === 1
            ? undefined
            : {
                header: { left: 'Brindlemoor pumping station', right: chapterOf(page) },
                footer: { left: 'Operating manual, fourth edition', right: `Page ${page} of ${pages}` },
              },
        { text: { font: HELVETICA.regular, size: 8.5 }, side: MANUAL_MARGIN.side, edge: 46, rule: true },
      );
    },
  );
}

const firstPageOf = (chapter: number): number => FRONT_PAGES + 1 + (chapter - 1) * PAGES_PER_CHAPTER;

function chapterOf(page: number): string {
  const index = Math.floor((page - FRONT_PAGES - 1) / PAGES_PER_CHAPTER);
  return STATION_SYSTEMS[index]?.name ?? (page <= FRONT_PAGES ? 'Before you begin' : 'Appendix');
}

function setCover(flow: Flow): void {
  flow.pdf.rect(0, 0, A4.width, 230).fill('#20435c');
  flow.y = 120;
  setParagraph(flow, 'Brindlemoor pumping station', { font: HELVETICA.bold, size: 30, colour: 'white' });
  flow.y = 270;
  setParagraph(flow, 'Operating manual', { font: HELVETICA.bold, size: 22 });
  setParagraph(flow, 'Fourth edition, October 2025', { ...MANUAL_BODY, size: 13 });
  setParagraph(flow, 'Brindlemoor Water Trust', { ...MANUAL_BODY, size: 13 });
}

function setContents(flow: Flow): void {
  flow.newPage();
  setHeading(flow, 'Contents', MANUAL_TITLE);
  setTable(
    flow,
    [
      { title: 'Chapter', share: 14 },
      { title: 'Title', share: 70 },
      { title: 'Page', share: 16, align: 'right' },
    ],
    STATION_SYSTEMS.map((system, index) => [String(index + 1), system.name, String(firstPageOf(index + 1))]),
    { ...MANUAL_TABLE, rules: 'none' },
  );
}

function setSafety(flow: Flow): void {
  flow.newPage();
  setHeading(flow, 'Before you begin', MANUAL_TITLE);
  setParagraph(
    flow,
    'This manual is written for the people who run the station, day and night. Each chapter deals with one system and has the same five parts: description, technical data, operation, maintenance, and faults.',
    MANUAL_BODY,
  );
  setHeading(flow, 'Five rules', { font: HELVETICA.bold, size: 13 });
  for (const [index, rule] of RULES.entries()) setParagraph(flow, `Rule ${index + 1}. ${rule}`, MANUAL_BODY);
}

function setGlossary(flow: Flow): void {
  flow.newPage();
  setHeading(flow, 'Glossary', MANUAL_TITLE);
  for (const { parts } of STATION_SYSTEMS)
    for (const [part, task] of parts.slice(0, 2))
      setParagraph(flow, [{ text: `${part}:`, font: TIMES.bold }, `${task}.`], MANUAL_BODY, { after: 3 });
}

function setLogSheet(flow: Flow): void {
  flow.newPage();
  setHeading(flow, 'Log sheet', MANUAL_TITLE);
  setParagraph(
    flow,
    'Copy this page. One line for each start, stop, fault and reading out of limits.',
    MANUAL_BODY,
  );
  setTable(
    flow,
    [
      { title: 'Date', share: 15 },
      { title: 'Time', share: 12 },
      { title: 'System', share: 25 },
      { title: 'What happened', share: 33 },
      { title: 'Name', share: 15 },
    ],
    Array.from({ length: 18 }, () => ['', '', '', '', '']),
    { ...MANUAL_TABLE, rules: 'grid' },
  );
}

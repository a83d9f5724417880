import { numbered, setHeading, setList, setParagraph } from '../drawing/blocks.ts';
import type { Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { setTable, type TableStyle } from '../drawing/table.ts';
import { HELVETICA, TIMES } from '../drawing/typefaces.ts';
import type { StationSystem } from './station-system.ts';

export const MANUAL_BODY: TextStyle = { font: TIMES.regular, size: 11.5, leading: 1.4 };
export const MANUAL_TITLE: TextStyle = { font: HELVETICA.bold, size: 20, colour: '#20435c' };
export const MANUAL_MARGIN = { top: 92, bottom: 88, side: 76 } as const;
export const MANUAL_TABLE: TableStyle = {
  body: { font: HELVETICA.regular, size: 9.5 },
  bold: HELVETICA.bold,
  rules: 'grid',
  headFill: '#e3e9ee',
};

const SECTION: TextStyle = { font: HELVETICA.bold, size: 14, colour: '#20435c' };

/** A chapter of exactly five pages, one for each of its parts. */
export function setChapter(flow: Flow, number: number, system: StationSystem): void {
  const sections = [setDescription, setTechnicalData, setOperation, setMaintenance, setFaults];
  for (const [index, setSection] of sections.entries()) {
    flow.newPage();
    if (index === 0) setHeading(flow, `Chapter ${number}: ${system.name}`, MANUAL_TITLE);
    setSection(flow, `${number}.${index + 1}`, system);
  }
}

function setDescription(flow: Flow, number: string, system: StationSystem): void {
  const name = system.name.toLowerCase();
  setHeading(flow, `${number} Description`, SECTION);
  setParagraph(flow, `The ${name} ${system.purpose}. Place: ${system.place}.`, MANUAL_BODY);
  setParagraph(
    flow,
    `This chapter calls by one name what belongs together: whenever the ${name} is mentioned, all parts of the table below are meant, with their supports, cables and pipes up to the first flange.`,
    MANUAL_BODY,
  );
  setTable(
    flow,
    [
      { title: 'Part', share: 30 },
      { title: 'Task', share: 70 },
    ],
    system.parts.map((part) => [...part]),
    MANUAL_TABLE,
  );
  setParagraph(flow, [{ text: 'Warning.', font: TIMES.bold }, system.warning], MANUAL_BODY);
}

function setTechnicalData(flow: Flow, number: string, system: StationSystem): void {
  setHeading(flow, `${number} Technical data`, SECTION);
  setParagraph(
    flow,
    'The middle column gives what you should find on an ordinary day. When a reading passes its limit, act as the section on faults says and enter both in the log.',
    MANUAL_BODY,
  );
  setTable(
    flow,
    [
      { title: 'Reading', share: 44 },
      { title: 'Normal', share: 28 },
      { title: 'Limit', share: 28 },
    ],
    system.limits.map((limit) => [...limit]),
    MANUAL_TABLE,
  );
  const [first] = system.limits;
  if (first)
    setParagraph(
      flow,
      `Of these the ${lowerFirst(first[0])} tells you most. Note it at every change of shift, and compare it with the week before: a slow change comes long before the limit.`,
      MANUAL_BODY,
    );
}

function setOperation(flow: Flow, number: string, system: StationSystem): void {
  setHeading(flow, `${number} Operation`, SECTION);
  setParagraph(flow, 'Keep to this order. If a step cannot be done, go back to the first.', MANUAL_BODY);
  setList(flow, system.steps, MANUAL_BODY, { marker: numbered, hang: 20 });
  setParagraph(
    flow,
    `The work takes about ${system.steps.length * 4} minutes for one person who has done it before.`,
    MANUAL_BODY,
  );
}

function setMaintenance(flow: Flow, number: string, system: StationSystem): void {
  setHeading(flow, `${number} Maintenance`, SECTION);
  setTable(
    flow,
    [
      { title: 'Interval', share: 30 },
      { title: 'Task', share: 70 },
    ],
    system.tasks.map((task) => [...task]),
    MANUAL_TABLE,
  );
  setParagraph(flow, 'Before any of these tasks, look at what it touches:', MANUAL_BODY);
  setList(
    flow,
    system.parts.map(([part, task]) => `${part}: ${task}.`),
    MANUAL_BODY,
  );
}

function setFaults(flow: Flow, number: string, system: StationSystem): void {
  setHeading(flow, `${number} Faults`, SECTION);
  setTable(
    flow,
    [
      { title: 'Sign', share: 28 },
      { title: 'Likely cause', share: 30 },
      { title: 'Remedy', share: 42 },
    ],
    system.faults.map((fault) => [...fault]),
    MANUAL_TABLE,
  );
  setParagraph(
    flow,
    'If the fault comes back on the same day, leave the system off and call the engineer on duty. A fault that is not in the table is described in the log with the time, the readings, and what was done just before.',
    MANUAL_BODY,
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

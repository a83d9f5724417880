import type { Span } from '../drawing/lines.ts';
import type { Column, Row } from '../drawing/table.ts';

/** A piece of the report, in the order in which it is read. */
export type ReportPart =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly content: Span | readonly Span[] }
  | { readonly kind: 'bullets' | 'numbers'; readonly entries: readonly (Span | readonly Span[])[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly Row[];
    };

const heading = (level: 1 | 2 | 3, text: string): ReportPart => ({ kind: 'heading', level, text });
const paragraph = (...content: Span[]): ReportPart => ({ kind: 'paragraph', content });

const READINGS: ReportPart = {
  kind: 'table',
  caption: 'Table 1: Mean readings by station, April to September 2025',
  columns: [
    { title: 'Station', share: 30 },
    { title: 'Flow (m³/s)', share: 18, align: 'right' },
    { title: 'Temperature (°C)', share: 20, align: 'right' },
    { title: 'Oxygen (mg/l)', share: 18, align: 'right' },
    { title: 'Nitrate (mg/l)', share: 18, align: 'right' },
  ],
  rows: [
    ['Upper weir', '1.42', '11.8', '10.6', '2.1'],
    ['Coldharbour bridge', '1.97', '12.9', '9.8', '3.4'],
    ['Saltmarket ford', '2.31', '14.6', '8.1', '6.8'],
    ['Tannery outfall', '2.38', '15.9', '6.4', '9.2'],
    ['Lower lock', '2.84', '14.9', '7.7', '7.0'],
    { cells: ['Mean of all stations', '2.18', '14.0', '8.5', '5.7'], emphasised: true },
  ],
};

const COSTS: ReportPart = {
  kind: 'table',
  caption: 'Table 2: Cost of the measures over five years, in thousand euros',
  columns: [
    { title: 'Measure', share: 34 },
    { title: '2026', share: 11, align: 'right' },
    { title: '2027', share: 11, align: 'right' },
    { title: '2028', share: 11, align: 'right' },
    { title: '2029', share: 11, align: 'right' },
    { title: '2030', share: 11, align: 'right' },
    { title: 'Total', share: 13, align: 'right' },
  ],
  rows: [
    ['Buffer strips', '48', '48', '32', '12', '12', '152'],
    ['Fish pass at the upper weir', '20', '260', '140', '8', '8', '436'],
    ['Settling pond at the tannery', '15', '95', '180', '24', '24', '338'],
    ['Monitoring', '36', '36', '36', '36', '36', '180'],
    { cells: ['All measures', '119', '439', '388', '80', '80', '1,106'], emphasised: true },
  ],
};

const FINDINGS: readonly ReportPart[] = [
  heading(1, '1 Summary'),
  paragraph(
    'The river Ellowen is in fair condition above Coldharbour bridge and in poor condition below the tannery. Between April and September 2025 five stations were read every ten minutes; this report gives the readings, explains the two oxygen failures of July, and proposes four measures.',
  ),
  paragraph(
    'The method is described in full in the ',
    { text: 'field handbook', url: 'https://example.org/ellowen/field-handbook' },
    ', and the raw readings can be had from the ',
    { text: 'data archive', url: 'https://example.org/ellowen/archive' },
    '.',
  ),
  heading(2, '1.1 Main findings'),
  {
    kind: 'bullets',
    entries: [
      'Oxygen fell below 5 mg/l on eleven days, all of them at the tannery outfall.',
      'Nitrate rises by a factor of four between the upper weir and the tannery.',
      'Shade from bank trees keeps the water two degrees cooler on hot afternoons.',
      'No salmon were counted above the upper weir, for the ninth year in a row.',
    ],
  },
  heading(2, '1.2 What we ask the board to decide'),
  {
    kind: 'numbers',
    entries: [
      'To buy buffer strips on both banks between the ford and the tannery.',
      'To build the fish pass at the upper weir in 2027.',
      'To sign the agreement with the tannery on a settling pond.',
      'To keep all five stations running until the end of 2030.',
    ],
  },
  heading(1, '2 Method'),
  heading(2, '2.1 Stations'),
  paragraph(
    'Each station is a steel post with a level gauge, a thermometer, an oxygen probe and a nitrate probe. A solar panel charges the battery, and a radio sends the readings once an hour. The probes were cleaned every second Monday, and compared with a hand-held instrument on the same day.',
  ),
  heading(2, '2.2 Quality of the readings'),
  paragraph(
    'Of 131,760 possible readings 128,904 arrived, which is 97.8 per cent. Gaps shorter than one hour were filled from the readings before and after. Longer gaps were left open, and the daily mean was then formed only when at least eighteen hours were present.',
  ),
  heading(3, '2.2.1 Drift of the oxygen probes'),
  paragraph(
    'The probe at the lower lock drifted by 0.4 mg/l during August. The readings of that month were corrected linearly between the two comparisons of 4 and 18 August, and are marked in the archive.',
  ),
];

const RESULTS: readonly ReportPart[] = [
  heading(1, '3 Results'),
  heading(2, '3.1 The season as a whole'),
  paragraph(
    'The summer was warm and dry. Rain fell on 41 of 183 days, and the flow at the upper weir stayed below its ten-year mean from 6 June to 22 August. Table 1 shows the means of the season.',
  ),
  READINGS,
  heading(2, '3.2 The two failures of July'),
  paragraph(
    'On 9 July and again on 24 July the oxygen at the tannery outfall fell to 3.1 and 2.8 mg/l. Both nights were warm, both followed a week without rain, and on both days the tannery had emptied a washing tank. None of the three causes alone has led to a failure since the readings began.',
  ),
  heading(3, '3.2.1 What was found in the water'),
  {
    kind: 'bullets',
    entries: [
      [
        'Dead fish: ',
        { text: '14 brown trout', url: 'https://example.org/ellowen/counts' },
        ' and 60 minnows within 800 metres.',
      ],
      'Foam with a height of up to 12 centimetres below the outfall.',
      'Conductivity three times as high as at the ford.',
    ],
  },
  heading(2, '3.3 Temperature and shade'),
  paragraph(
    'Where alders stand on the south bank, the water warmed by 0.3 degrees per kilometre on clear days; where the bank is bare, by 1.1 degrees. Trees planted in 2019 on the Saltmarket meadow already reach across a third of the river.',
  ),
  heading(1, '4 Measures and cost'),
  paragraph(
    'The four measures are independent of each other, but the settling pond should not come later than the buffer strips: strips without the pond would improve the nitrate, not the oxygen. Table 2 gives the cost of each year.',
  ),
  COSTS,
  heading(2, '4.1 Next steps'),
  {
    kind: 'numbers',
    entries: [
      'The board decides on 12 February 2026.',
      'The contracts for the strips are signed by the end of March.',
      'The design of the fish pass is laid before the public in June, and objections are heard in the four weeks after.',
      'The first report on the effect of the measures follows in November 2027.',
    ],
  },
  heading(1, '5 Thanks'),
  paragraph(
    'Forty-two volunteers of the Ellowen River Watch cleaned probes, counted fish and repaired what the winter flood had bent. Questions about this report go to ',
    { text: 'reports@ellowen-river.example', url: 'mailto:reports@ellowen-river.example' },
    '.',
  ),
];

/** The whole report in reading order. */
export const REPORT_PARTS: readonly ReportPart[] = [...FINDINGS, ...RESULTS];

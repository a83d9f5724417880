import { setParagraph } from '../drawing/blocks.ts';
import { columnsFrame, Flow, LETTER } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { TIMES } from '../drawing/typefaces.ts';

const BODY: TextStyle = { font: TIMES.regular, size: 11.5, leading: 1.4 };

const PARAGRAPHS = [
  'Thank you for your letter of 2 February and for the photographs of the tower clock. I have shown them to our two restorers, and we agree with your reading of the damage: the pendulum spring has been replaced at least once, and whoever did it used a spring that is too stiff.',
  'We would be glad to take the movement into our workshop in May. The work falls into three parts. First we clean and measure every wheel, which takes about two weeks. Then we make the new spring and re-bush the two worn pivots. Last, we run the clock on a test frame for ten days before it returns to the tower.',
  'Our estimate for the whole is 4,860 dollars, of which the new spring is 310 dollars. It does not include the scaffold. If you would like the dial to be gilded again at the same time, Mr Pell would visit you first; gilding in place is cheaper than taking the dial down.',
  'Please let me know by 20 March whether the week of 11 May suits you, because we can reserve the large bench only once each season.',
];

/** One page on Letter paper in a serif face: sender, address, date, salutation, justified paragraphs, signature. */
export function letter(): Promise<Buffer> {
  return drawPdf({ title: 'Letter about the tower clock', paper: 'LETTER' }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(LETTER, { top: 80, bottom: 72, side: 86 }));
    const tight = { after: 0 };
    setParagraph(flow, 'Greywether Clock Restorers', { ...BODY, font: TIMES.bold, size: 15 }, tight);
    setParagraph(flow, '77 Millrace Lane, Penhallow, OR 97000', { ...BODY, size: 10 }, { after: 34 });
    for (const line of [
      'Ms Henrietta Coldstream',
      'Friends of St Alder’s Tower',
      '5 Church Row',
      'Aldermere, OR 97001',
    ])
      setParagraph(flow, line, BODY, tight);
    setParagraph(flow, '24 February 2026', { ...BODY, align: 'right' }, { after: 18 });
    setParagraph(flow, 'Re: Restoration of the tower clock', { ...BODY, font: TIMES.bold }, { after: 14 });
    setParagraph(flow, 'Dear Ms Coldstream,', BODY, { after: 9 });
    for (const text of PARAGRAPHS) setParagraph(flow, text, { ...BODY, align: 'justify' }, { after: 9 });
    setParagraph(flow, 'With kind regards,', BODY, { after: 44 });
    setParagraph(flow, 'Ambrose Tansley', { ...BODY, font: TIMES.italic }, tight);
    setParagraph(flow, 'Workshop manager', BODY, { after: 24 });
    setParagraph(flow, 'Enclosures: drawing of the spring, list of parts', { ...BODY, size: 10 });
  });
}

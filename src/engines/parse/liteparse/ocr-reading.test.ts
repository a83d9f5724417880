import { LiteParse, type TextItem } from '@llamaindex/liteparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { GuessedLanguage } from './guess-language.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

/** A page as a scanner gives it: nothing but a picture. */
async function scanned(draw: (page: PDFKit.PDFDocument) => void): Promise<Buffer> {
  const [shot] = await new LiteParse({ quiet: true, dpi: 200 }).screenshot(await drawPdf([draw]), [1]);
  if (!shot) throw new Error('The sample page could not be drawn.');
  return drawPdf([(page) => page.image(shot.imageBuffer, 0, 0, { width: 595 })]);
}

function ledger(page: PDFKit.PDFDocument): void {
  page.fontSize(18).text('Harbour dues of the spring quarter', 60, 60);
  for (let row = 0; row < 12; row += 1) {
    const y = 110 + row * 24;
    page.fontSize(10).text(`Berth fee for the vessel in the outer harbour, week ${row + 20}`, 90, y);
    page.text(`${(row + 3) * 41}.50`, 460, y);
  }
  page.fillColor('#b4b4b4').fontSize(8);
  page.text('Payments are accepted only at the office beside the lighthouse', 60, 480);
  page.text('between eight and noon on every weekday except public holidays.', 60, 492);
  page.rect(60, 540, 400, 28).fill('#20508c').fillColor('#ffffff').fontSize(12);
  page.text('Overdue amounts carry interest of four percent', 70, 547);
}

test('pale print and print on a coloured bar are read too', async () => {
  const { read, summary } = await bench.parseWell(await scanned(ledger));
  expect(summary.pages.ocr).toBe(1);
  const text = (read.text.pages[0]?.text ?? '').replaceAll(/\s+/g, ' ');
  expect(text).toContain('Berth fee for the vessel in the outer harbour, week 25');
  expect(text).toContain('at the office beside the lighthouse');
  expect(text).toContain('Overdue amounts carry interest of four percent');
  const words = text.match(/lighthouse/g) ?? [];
  expect(words).toHaveLength(1);
});

test('a page in another language whose data is installed is read in it, without being told', async () => {
  const lines = [
    'Sehr geehrte Damen und Herren, für Ihre Bestellung danken wir Ihnen.',
    'Die gewünschten Bücher müssen leider zurückgestellt werden, weil',
    'der Verlag während der Überschwemmung nicht ausliefern konnte.',
    'Mit freundlichen Grüßen aus der Straße hinter dem großen Fährhaus',
  ];
  const letter = await scanned((page) => {
    for (const line of lines) page.fontSize(12).text(line);
  });
  const { read } = await bench.parseWell(letter);
  const text = (read.text.pages[0]?.text ?? '').replaceAll(/\s+/g, ' ');
  expect(text).toContain('während der Überschwemmung');
  expect(text).toContain('Straße hinter dem großen Fährhaus');
  const english = { processing_options: { ocr_parameters: { languages: ['en'] } } };
  expect((await bench.parseWell(letter, english)).read.text.pages[0]?.text).not.toContain('Straße');
});

test('print of four points is read from nearer', async () => {
  const clause =
    'Goods remain the property of the seller until every instalment and all interest has been paid. ';
  const { read } = await bench.parseWell(
    await scanned((page) => page.fontSize(4).text(clause.repeat(6), 60, 60, { width: 260 })),
  );
  const text = read.text.pages[0]?.text ?? '';
  for (const word of ['Goods', 'property', 'seller', 'instalment', 'interest'])
    expect(text.match(new RegExp(word, 'g'))?.length ?? 0).toBeGreaterThanOrEqual(5);
});

function recognised(text: string, confidence: number): TextItem[] {
  return text
    .split(' ')
    .map((word) => ({ text: word, x: 0, y: 0, width: 9, height: 9, confidence, words: [] }));
}

const GERMAN = 'Die Rechnung wird nach Eingang der Zahlung von uns mit dem Konto verrechnet';
const ENGLISH = 'The invoice will be settled with your account after the payment has arrived';

test('where no language was named, the frequent words of a page tell which one to try', () => {
  const guess = new GuessedLanguage(['deu', 'eng', 'fra', 'rus']);
  expect(guess.current).toBe('eng');
  expect(guess.alternatives(recognised(ENGLISH, 0.95))).toEqual([]);
  expect(guess.alternatives(recognised(GERMAN, 0.9))).toEqual(['deu']);
  guess.current = 'deu';
  expect(guess.alternatives(recognised(GERMAN, 0.95))).toEqual([]);
  expect(guess.alternatives(recognised(ENGLISH, 0.9))).toEqual(['eng']);
});

test('a page in unknown letters is tried in the scripts that are installed, once refused never again', () => {
  const guess = new GuessedLanguage(['deu', 'eng', 'ell', 'rus']);
  const rubbish = recognised(
    'Kowmtet co6panca cHosa yTpom u Bbicnywan ocTanbHbix cBugeTenen Beyepom noche o6ega',
    0.4,
  );
  expect(guess.alternatives(rubbish)).toEqual(['ell', 'rus']);
  guess.refuse('ell');
  expect(guess.alternatives(rubbish)).toEqual(['rus']);
  expect(new GuessedLanguage(['eng']).alternatives(rubbish)).toEqual([]);
});

test('without English, the first language that is installed is the first to be tried', () => {
  expect(new GuessedLanguage(['deu', 'fra']).current).toBe('deu');
});

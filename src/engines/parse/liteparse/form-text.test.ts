import type { TextItem } from '@llamaindex/liteparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf, rawPdf, scanPng, SCANNED_LINES, streamObject } from '../fixtures/sample-documents.ts';
import { withShownOverPicture, type ShownText } from './form-text.ts';

/** A form as programs fill it that leave the drawing to the viewer: pdfkit writes values and no appearances. */
const filledForm = (name: string) =>
  drawPdf([
    (page) => {
      page.fontSize(12).text('Application form', 60, 60);
      page.initForm();
      page.text('Name:', 60, 100).formText('name', 130, 95, 200, 20, { value: name });
      page
        .text('Town:', 60, 130)
        .formCombo('town', 130, 125, 200, 20, { select: ['Ulm', 'Bonn'], value: 'Bonn' });
      page.text('Remarks:', 60, 160).formText('remarks', 130, 155, 300, 60, {
        multiline: true,
        value: 'By boat,\nif it rains',
      });
      page.text('Code:', 60, 230).formText('code', 130, 225, 200, 20, { password: true, value: 'sesame' });
      page.text('Empty:', 60, 260).formText('empty', 130, 255, 200, 20, {});
    },
  ]);

test('what was filled in stands beside its label, in the text and in the markdown', async () => {
  const { pages } = await readDocument(await filledForm('Ann Ray'));
  const lines = pages[0]?.text.split('\n').filter((line) => line.trim() !== '');
  expect(lines).toEqual([
    'Application form',
    'Name: Ann Ray',
    'Town: Bonn',
    'Remarks: By boat,',
    'if it rains',
    'Code:',
    'Empty:',
  ]);
  expect(pages[0]?.markdown).toContain('Name: Ann Ray');
  expect(pages[0]?.markdown).toContain('Remarks: By boat, if it rains');
  expect(pages[0]?.fields?.find(({ id }) => id === 'name')).toMatchObject({ value: 'Ann Ray' });
});

/** A page with text, annotations and a form. @param annotations objects from number 6 on */
function annotated(annotations: readonly string[]): Buffer {
  const references = annotations.map((_, index) => `${index + 6} 0 R`).join(' ');
  return rawPdf([
    `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${references}] >> >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [${references}] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>`,
    streamObject(
      '',
      'BT /F 12 Tf 60 700 Td (Applicant:) Tj 0 -40 Td (Signed in) Tj 20 -40 Td (I agree) Tj ET',
    ),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...annotations,
  ]);
}

const widget = (rest: string) => `<< /Subtype /Widget /F 4 ${rest} >>`;

test('free text is read, boxes tell their state, and what is drawn already is not added', async () => {
  const drawn = streamObject(
    '/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F 5 0 R >> >>',
    'BT /F 12 Tf 2 5 Td (Ann Ray) Tj ET',
  );
  const { pages } = await readDocument(
    annotated([
      widget('/FT /Tx /T (name) /V (Ann Ray) /Rect [130 695 330 715] /AP << /N 9 0 R >>'),
      '<< /Type /Annot /Subtype /FreeText /F 4 /Contents (Ulm, 2 May) /Rect [130 655 330 675] >>',
      widget(
        '/FT /Btn /T (agree) /V /Yes /AS /Yes /Rect [60 616 74 630] /AP << /N << /Yes 10 0 R /Off 10 0 R >> >>',
      ),
      drawn,
      streamObject('/Type /XObject /Subtype /Form /BBox [0 0 14 14]', '0 0 m 14 14 l S'),
    ]),
  );
  const lines = pages[0]?.text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  expect(lines).toEqual(['Applicant: Ann Ray', 'Signed in Ulm, 2 May', '☑ I agree']);
});

test('a form that nobody filled in is read as it stands', async () => {
  const { pages } = await readDocument(
    annotated([
      widget('/FT /Btn /T (agree) /AS /Off /Rect [60 616 74 630] /AP << /N << /Yes 7 0 R >> >>'),
      'null',
    ]),
  );
  expect(pages[0]?.text).not.toContain('☐');
});

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

const flowing = (markdown = '') => markdown.replaceAll(/\s+/g, ' ').trim();

test('what was typed onto a scan, and filled into its form, stands beside what OCR reads', async () => {
  const scan = await scanPng();
  const note = 'Received 12 May, A. Ray';
  const pdf = await drawPdf([
    (page) => {
      page.image(scan, 0, 0, { width: 595 });
      page.textAnnotation(320, 640, 200, 20, note);
      // Over print of the scan's own, which stays.
      page.textAnnotation(0, 0, 595, 600, 'Seen');
      page.initForm();
      page.formText('clerk', 60, 700, 200, 20, { value: 'B. Okafor' });
    },
  ]);
  const { read, summary } = await bench.parseWell(pdf);
  expect(summary.pages).toMatchObject({ total: 1, ocr: 1 });
  const text = flowing(read.markdown.pages[0]?.markdown);
  for (const words of [note, 'Seen', 'B. Okafor']) expect(text).toContain(words);
  for (const line of SCANNED_LINES.slice(1)) expect(text).toContain(line.slice(0, 30));
});

test('a page with nothing but what was typed onto it is read as it was typed', async () => {
  const pdf = await drawPdf([
    (page) => {
      for (const y of [0, 200, 400, 600]) page.moveTo(0, y).lineTo(595, y + 150);
      page.stroke().textAnnotation(200, 300, 200, 22, 'Void: replaced by no. 4711');
    },
  ]);
  const { read } = await bench.parseWell(pdf);
  expect(flowing(read.text.pages[0]?.text)).toBe('Void: replaced by no. 4711');
});

test('what a stamp says follows what the page says', async () => {
  const stamp = streamObject(
    '/Type /XObject /Subtype /Form /BBox [0 0 200 60] /Resources << /Font << /F 5 0 R >> >>',
    'BT /F 20 Tf 10 32 Td (RECEIVED) Tj /F 14 Tf 0 -22 Td (12 May 2024) Tj ET 1 1 198 58 re S',
  );
  const { read, summary } = await bench.parseWell(
    annotated(['<< /Type /Annot /Subtype /Stamp /F 4 /Rect [300 500 500 560] /AP << /N 7 0 R >> >>', stamp]),
  );
  expect(summary.pages).toMatchObject({ total: 1, textLayer: 1 });
  const text = flowing(read.text.pages[0]?.text);
  expect(text).toContain('Applicant:');
  expect(text).toMatch(/RECEIVED 12 May 2024/);
  expect(flowing(read.markdown.pages[0]?.markdown)).toMatch(/I agree.*RECEIVED/);
});

test('a stamp costs no memory on a page of any size, and is not read where it is cut off', async () => {
  const pdf = (size: number) =>
    rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size} ${size}] /Annots [6 0 R] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>`,
      streamObject(
        '',
        `BT /F 40 Tf 60 ${size - 100} Td (A plan of the whole harbour with all of its quays) Tj ET`,
      ),
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [60 60 1060 360] /AP << /N 7 0 R >> >>',
      streamObject(
        '/Type /XObject /Subtype /Form /BBox [0 0 1000 300] /Resources << /Font << /F 5 0 R >> >>',
        'BT /F 150 Tf 40 100 Td (APPROVED) Tj ET',
      ),
    ]);
  const { read } = await bench.parseWell(pdf(5_000));
  expect(read.text.pages[0]?.text).toContain('APPROVED');
  const cropped = await bench.parseWell(pdf(1_500), { crop_box: { bottom: 0.5 } });
  expect(cropped.read.text.pages[0]?.text).toContain('A plan of the whole harbour');
  expect(cropped.read.text.pages[0]?.text).not.toContain('APPROVED');
});

test('what was typed beside a picture of the page is there once', async () => {
  const scan = await scanPng();
  const note = 'Received 12 May, A. Ray';
  const pdf = await drawPdf([
    (page) => {
      page.image(scan, 0, 0, { width: 595, height: 841 });
      page.fontSize(12).text('Copy for the harbour master', 320, 700);
      page.textAnnotation(320, 660, 200, 20, note);
    },
  ]);
  const { read } = await bench.parseWell(pdf);
  const text = flowing(read.text.pages[0]?.text);
  expect(text.split(note)).toHaveLength(2);
  expect(text).toContain('flooded for eleven days');
});

describe('over a picture', () => {
  const page = { width: 600, height: 800 };
  const word = (text: string, x: number): TextItem => ({
    text,
    x,
    y: 100,
    width: 6 * text.length,
    height: 10,
    confidence: 0.9,
  });
  const rect = { x: 90, y: 95, width: 200, height: 20 };
  const over = (words: readonly TextItem[], ...shown: readonly ShownText[]) =>
    withShownOverPicture(words, page, shown).map(({ text }) => text);

  test('a misreading gives way to what was typed', () => {
    const read = [word('Th', 100), word('IS', 120), word('impo', 140), word('rtant', 170)];
    expect(over(read, { rect, text: 'This is important' })).toEqual(['This is important']);
  });

  test('print that says something else stays, whatever was typed over it', () => {
    expect(over([word('Rotterdam', 100)], { rect, text: 'see overleaf' }).join(' ')).toContain('Rotterdam');
  });

  test('a tick on paper stays', () => {
    const box = { rect: { x: 96, y: 95, width: 14, height: 14 }, text: '☐', isUnchecked: true };
    const typed = { rect: { ...rect, y: 300 }, text: 'Ann Ray' };
    expect(over([word('X', 100), word('agree', 120)], box, typed).join(' ')).toMatch(/X/);
  });

  test('more values than a page has room for cost no word', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => ({ rect, text: `value ${n}` }));
    expect(over([word('Rotterdam', 100)], ...many)).toHaveLength(2_001);
  });
});

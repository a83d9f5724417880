import { afterAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { pptx, slideShape } from '../fixtures/office-documents.ts';
import { illustratedPdf } from '../fixtures/illustrated-pdf.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

const bench = new EngineBench();
afterAll(() => bench.close());

const withRules = (...rules: Record<string, unknown>[]) => ({
  processing_options: { auto_mode_configuration: rules },
});
const metadata = (read: { metadata: { pages: unknown } }) =>
  (read.metadata.pages as { page_number: number; triggered_auto_mode?: boolean }[]).map(
    (page) => page.triggered_auto_mode,
  );

const letter = (words: string) => (pdf: PDFKit.PDFDocument) => {
  pdf.fontSize(12).text(`Letter about ${words}`, 72, 100);
  pdf.text('Internal remarks below the fold', 72, 600);
};

test('pages that a rule holds for are read again as it says, the others are not', async () => {
  const pdf = await drawPdf([letter('bread'), letter('wine'), letter('salt')]);
  const { read, summary } = await bench.parseWell(
    pdf,
    withRules(
      { parsing_conf: { crop_box: { bottom: 0.5 } }, text_in_page: 'wine' },
      { parsing_conf: { tier: 'fast', version: 'latest', custom_prompt: 'x' }, regexp_in_page: 's(a)lt' },
      { parsing_conf: { crop_box: { bottom: 0.1 } }, regexp_in_page: 'wine' },
    ),
  );
  expect(metadata(read)).toEqual([undefined, true, true]);
  const texts = read.markdown.pages.map((page) => page.markdown);
  expect(texts[0]).toContain('Internal');
  expect(texts[1]).toBe('Letter about wine');
  expect(texts[2]).toContain('Internal');
  expect(summary.optionsNotApplied).toEqual([
    'processing_options.auto_mode_configuration.1.parsing_conf.custom_prompt',
  ]);
});

test('what cannot be read again stays as it was and is told', async () => {
  const pdf = await drawPdf([letter('bread')]);
  const rule = { parsing_conf: { language: 'bogus' }, filename_match_glob: 'document' };
  const { read, summary } = await bench.parseWell(pdf, withRules(rule));
  expect(read.markdown.pages[0]?.markdown).toContain('Letter about bread');
  expect(summary.warnings).toEqual([expect.stringMatching(/^Page 1 was not read again .*bogus/)]);
});

test('pictures of a page that is read again are kept once', async () => {
  const pdf = await illustratedPdf();
  const images = { output_options: { images_to_save: ['embedded', 'screenshot', 'layout'] } };
  const plain = await bench.parseWell(pdf, images);
  const rule = { parsing_conf: { ignore: { ignore_diagonal_text: true } }, image_in_page: true };
  const again = await bench.parseWell(pdf, { ...images, ...withRules(rule) });
  expect(metadata(again.read)).toEqual([true, undefined]);
  expect(again.parts?.images?.length).toBe(plain.parts?.images?.length);
  expect(again.read.markdown).toEqual(plain.read.markdown);
});

test('slides are read again, too', async () => {
  const slide = (word: string) =>
    slideShape([word], { at: [10, 10, 300, 50] }) + slideShape(['Aside'], { at: [2000, 10, 100, 50] });
  const rule = { parsing_conf: { presentation: { out_of_bounds_content: true } }, text_in_page: 'Two' };
  const { read } = await bench.parseWell(pptx([slide('One'), slide('Two')]), withRules(rule));
  expect(read.markdown.pages.map((page) => page.markdown)).toEqual(['One', 'Two\n\nAside']);
  expect(metadata(read)).toEqual([undefined, true]);
});

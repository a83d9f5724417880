import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../../fixtures/engine-bench.ts';
import { docx, pptx, relationshipsPart, wordParagraph } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';
import { SCANNED_LINES, scanPng } from '../../fixtures/sample-documents.ts';

let bench: EngineBench;
let scan: Buffer;
beforeAll(async () => {
  bench = new EngineBench();
  scan = await scanPng();
});
afterAll(() => bench.close());

const PICTURE =
  '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="a"/></pic:blipFill>' +
  '</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>';

function scanned(before: string): Buffer {
  return docx(wordParagraph(before) + wordParagraph(PICTURE) + wordParagraph(PICTURE), {
    'word/_rels/document.xml.rels': relationshipsPart({ a: ['image', 'media/a.png'] }),
    'word/media/a.png': scan,
  });
}

const IGNORED = { processing_options: { ignore: { ignore_text_in_image: true } } };

test('a text document of scans is read by OCR, in their places', async () => {
  const { read, summary } = await bench.parseWell(scanned('Enclosed:'));
  expect(summary.pages).toMatchObject({ total: 1, ocr: 1, native: 0, failed: 0 });
  expect(summary.warnings).toEqual([]);
  const [page] = read.markdown.pages;
  expect(page?.markdown).toMatch(/^Enclosed:\n\n[\s\S]*Report on River Levels[\s\S]*eleven days/);
  expect(page?.markdown.match(/eleven days/g)).toHaveLength(2);
  expect(read.text.pages[0]?.text).toContain(SCANNED_LINES[1]?.slice(0, 30));
  expect(read.metadata.pages[0]?.confidence).toBeGreaterThan(0.8);
  const items = read.items.pages[0]?.items ?? [];
  expect(items.flatMap((item) => item.bbox)).toEqual([]);
}, 60_000);

test('so is a slide; with links to the pictures where they are kept', async () => {
  const slides = pptx(['<p:pic><p:blipFill><a:blip r:embed="a"/></p:blipFill></p:pic>', ''], {
    'ppt/slides/_rels/slide1.xml.rels': relationshipsPart({ a: ['image', '../media/a.png'] }),
    'ppt/media/a.png': scan,
  });
  const { read, summary } = await bench.parseWell(slides, {
    output_options: { images_to_save: ['embedded'] },
  });
  expect(summary.pages).toMatchObject({ ocr: 1, empty: 1 });
  expect(summary.optionsNotApplied).toEqual([]);
  expect(read.markdown.pages[0]?.markdown).toMatch(/^!\[\]\(img_p1_1\.png\)[\s\S]*flooded for eleven days/);
}, 60_000);

test('pictures stand in the markdown as data where that is wanted', async () => {
  const output = { output_options: { markdown: { inline_images: true } }, ...IGNORED };
  const { read, parts } = await bench.parseWell(scanned('Enclosed:'), output);
  expect(read.markdown.pages[0]?.markdown).toMatch(/^Enclosed:\n\n!\[\]\(data:image\/png;base64,/);
  expect(Object.keys(parts ?? {})).not.toContain('images');
}, 60_000);

test('a picture whose OCR fails is told, and fails the job only where its owner wants that', async () => {
  const torn = docx(wordParagraph(PICTURE), {
    'word/_rels/document.xml.rels': relationshipsPart({ a: ['image', 'media/a.png'] }),
    'word/media/a.png': Buffer.concat([scan.subarray(0, 60), Buffer.alloc(200)]),
  });
  const { summary } = await bench.parseWell(torn);
  expect(summary.warnings).toEqual([expect.stringMatching(/^One picture on pages with little other text/)]);
  const strict = { processing_control: { job_failure_conditions: { fail_on_image_ocr_error: true } } };
  expect(await bench.parse(torn, strict)).toMatchObject({ kind: 'failure', code: 'TOO_MANY_PAGES_FAILED' });
}, 60_000);

test('nothing is read in pictures beside enough text, nor when nobody wants it', async () => {
  const beside = await readDocument(scanned('The committee heard the remaining witnesses. '.repeat(8)));
  expect([beside.pages[0]?.source, beside.warnings]).toEqual(['native', []]);
  const ignored = await readDocument(scanned(''), IGNORED);
  expect(ignored.warnings).toEqual([]);
});

test('what could not be read is told once, with its number', async () => {
  const { pages, warnings } = await readDocument(scanned(''));
  expect(pages).toHaveLength(1);
  expect(warnings).toEqual([
    expect.stringMatching(/^2 pictures on pages with little other text .* no OCR language data/),
  ]);
  const huge = Buffer.from(scan);
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);
  const bomb = docx(wordParagraph(PICTURE), {
    'word/_rels/document.xml.rels': relationshipsPart({ a: ['image', 'media/a.png'] }),
    'word/media/a.png': huge,
  });
  expect((await readDocument(bomb)).warnings).toEqual([expect.stringContaining('40 million pixels')]);
});

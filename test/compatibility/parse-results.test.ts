import { createHash } from 'node:crypto';
import type LlamaCloud from '@llamaindex/llama-cloud';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { illustratedPdf, plainPicture } from '../../src/engines/parse/fixtures/illustrated-pdf.ts';
import { readZip } from '../../src/engines/parse/fixtures/read-zip.ts';
import { FAST, openParsingSite, QUICK, type ParsingSite } from './parsing-site.ts';

/** Every section and artifact of a result, asked for with the official client and fetched from its link. */
type Result = Awaited<ReturnType<LlamaCloud['parsing']['get']>>;

const SECTIONS = ['text', 'markdown', 'items', 'metadata', 'forms', 'text_full', 'markdown_full'];
const LINKS = [
  'text_content_metadata',
  'markdown_content_metadata',
  'items_content_metadata',
  'metadata_content_metadata',
  'forms_content_metadata',
  'raw_words_content_metadata',
  'xlsx_content_metadata',
  'output_pdf_content_metadata',
  'text_full_content_metadata',
  'markdown_full_content_metadata',
  'stripped_markdown_content_metadata',
  'concatenated_stripped_markdown_content_metadata',
];
const EVERYTHING: LlamaCloud.ParsingCreateParams['output_options'] = {
  images_to_save: ['embedded', 'screenshot', 'layout'],
  additional_outputs: ['stripped_md', 'concatenated_stripped_txt', 'word_bbox'],
  granular_bboxes: ['cell', 'line', 'word'],
  tables_as_spreadsheet: { enable: true },
  save_output_pdf: true,
};

let site: ParsingSite;
let pdf: Buffer;
let full: Result;
let plain: Result;

beforeAll(async () => {
  site = await openParsingSite();
  pdf = await illustratedPdf();
  full = await parse({ output_options: EVERYTHING });
  plain = await parse({});
});

afterAll(async () => {
  await site?.close();
  expect(site.answers.violations()).toEqual([]);
});

function parse(options: Partial<LlamaCloud.ParsingCreateParams>, name = 'river levels.pdf', bytes = pdf) {
  const upload_file = new File([Uint8Array.from(bytes)], name);
  const expand = [...SECTIONS, ...LINKS, 'images_content_metadata', 'job_metadata'];
  return site.client.parsing.parse({ ...FAST, ...options, upload_file, expand }, QUICK);
}

function linkOf(result: Result, entry: string): string {
  const url = result.result_content_metadata?.[entry]?.presigned_url;
  if (!url) throw new Error(`${entry} has no link`);
  return url;
}

async function download(result: Result, entry: string): Promise<Buffer> {
  const response = await fetch(linkOf(result, entry));
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes).toHaveLength(result.result_content_metadata?.[entry]?.size_bytes ?? -1);
  return bytes;
}

const json = (bytes: Buffer): unknown => JSON.parse(bytes.toString());
const lines = (bytes: Buffer): Record<string, unknown>[] =>
  bytes
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('what was asked for', () => {
  test('is applied without exception', () => {
    expect(full.job_metadata).toMatchObject({ options_not_applied: [], warnings: [] });
    expect(Object.values(full.result_content_metadata ?? {}).map((entry) => entry.exists)).toEqual(
      Array(LINKS.length + 1).fill(true),
    );
  });

  test.each([
    ['text', 'text'],
    ['markdown', 'markdown'],
    ['json', 'items'],
    ['metadata', 'metadata'],
    ['forms', 'forms'],
  ] as const)('%s is the section, byte for byte', async (entry, section) => {
    expect(json(await download(full, entry))).toEqual(full[section]);
  });

  test.each([
    ['fullText', 'text_full', 'text/plain', 'river levels.txt'],
    ['md', 'markdown_full', 'text/markdown', 'river levels.md'],
  ] as const)('%s is the whole text as a file', async (entry, section, type, name) => {
    expect((await download(full, entry)).toString()).toBe(full[section]);
    const { headers } = await fetch(linkOf(full, entry), { method: 'HEAD' });
    expect(headers.get('content-type')).toContain(type);
    expect(headers.get('content-disposition')).toContain(`filename="${name}"`);
    const part = await fetch(linkOf(full, entry), { headers: { range: 'bytes=7-40' } });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe(
      Buffer.from(full[section] ?? '')
        .subarray(7, 41)
        .toString(),
    );
  });

  test('the PDF is the one that was sent', async () => {
    const { headers } = await fetch(linkOf(full, 'outputPDF'), { method: 'HEAD' });
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(sha256(await download(full, 'outputPDF'))).toBe(sha256(pdf));
  });

  test('the workbook has a sheet for the table, called by its heading', async () => {
    const members = await readZip(await download(full, 'xlsx'));
    expect(members.get('xl/workbook.xml')).toContain('<sheet name="River levels"');
    const sheet = members.get('xl/worksheets/sheet1.xml');
    expect(sheet).toContain('<c r="A2" t="inlineStr"><is><t xml:space="preserve">Mill weir</t></is></c>');
  });

  test('words come with page and place, one on each line', async () => {
    const words = lines(await download(full, 'raw_words'));
    expect(words[0]).toMatchObject({ page_number: 1, text: 'River', x: 72 });
    expect(words).toContainEqual(expect.objectContaining({ page_number: 2, text: 'applies.' }));
  });

  test('grounded items point into their markdown', async () => {
    const pages = lines(await download(full, 'grounded_items')) as unknown as GroundedPage[];
    expect(pages.map((page) => page.page_number)).toEqual([1, 2]);
    const heading = pages[0]?.items[0];
    expect(heading?.grounding?.lines?.[0]?.words.map(({ span }) => heading.md.slice(...span))).toEqual([
      'River',
      'levels',
    ]);
    const table = pages[0]?.items.find((item) => item.type === 'table');
    expect(table?.grounding?.rows?.[1]?.[0]?.bbox).toMatchObject({ x: 78 });
  });

  test('stripped text has no markup', async () => {
    const pages = (json(await download(full, 'stripped_md')) as { pages: { text: string }[] }).pages;
    expect(pages[0]?.text).toMatch(/^River levels\n\nThe water rose/);
    expect((await download(full, 'concatenated_stripped_txt')).toString()).toBe(
      pages.map((page) => page.text).join('\n\n---\n\n'),
    );
  });

  test('the form is told field by field', () => {
    const page = full.forms?.pages[1];
    expect(page).toMatchObject({ page_number: 2, success: true });
    expect(JSON.stringify(page)).toContain('"value":"Ada (née Byron)"');
    expect(full.forms?.pages[0]).toMatchObject({ forms: [] });
  });
});

interface GroundedPage {
  readonly page_number: number;
  readonly items: {
    readonly type: string;
    readonly md: string;
    readonly grounding?: {
      readonly lines?: { readonly words: { readonly span: [number, number] }[] }[];
      readonly rows?: ({ readonly bbox: object } | null)[][];
    };
  }[];
}

describe('pictures', () => {
  test('are listed with their kinds and places, and can be fetched', async () => {
    const { images = [], total_count } = full.images_content_metadata ?? {};
    expect(total_count).toBe(8);
    expect(images.map((image) => image.filename)).toEqual([
      'img_p1_1.png',
      'img_p1_2.jpg',
      'img_p1_3.png',
      'page_1.png',
      'layout_p1_1.png',
      'layout_p1_2.png',
      'layout_p1_3.png',
      'page_2.png',
    ]);
    const sizes = await Promise.all(
      images.map(async ({ presigned_url, content_type }) => {
        const response = await fetch(presigned_url ?? '');
        expect(response.headers.get('content-type')).toBe(content_type);
        const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
        return [width, height];
      }),
    );
    // 150 dots per inch: A4 is 1240 by 1754, and 120 points are 250.
    expect(sizes.map(([width]) => width)).toEqual([120, 200, 120, 1240, 251, 418, 126, 1240]);
    expect(images[1]).toMatchObject({ category: 'embedded', bbox: { x: 300, y: 240, w: 200, h: 80 } });
  });

  test('can be chosen by name', async () => {
    const chosen = await site.client.parsing.get(full.job.id, {
      expand: ['images_content_metadata'],
      image_filenames: 'page_2.png,img_p1_2.jpg',
    });
    expect(chosen.images_content_metadata?.images.map((image) => image.filename)).toEqual([
      'img_p1_2.jpg',
      'page_2.png',
    ]);
  });

  test('are linked from the markdown and the items', () => {
    expect(full.markdown_full).toContain('![](layout_p1_2.png)');
    expect(JSON.stringify(full.items)).toContain('"url":"layout_p1_2.png"');
  });

  test('stand in the markdown as data when that is asked for', async () => {
    const { markdown_full, images_content_metadata } = await parse({
      output_options: { markdown: { inline_images: true } },
    });
    const [, data] = /!\[\]\(data:image\/png;base64,([^)]+)\)/.exec(markdown_full ?? '') ?? [];
    const { dominant, channels } = await sharp(Buffer.from(data ?? '', 'base64')).stats();
    expect(channels[2]?.mean).toBeGreaterThan(190);
    expect(dominant).toMatchObject({ r: 56, b: 200 });
    expect(images_content_metadata).toMatchObject({ total_count: 0, images: [] });
  });
});

describe('what was not asked for', () => {
  test('costs nothing and says so', () => {
    expect(plain.images_content_metadata).toEqual({ images: [], total_count: 0 });
    expect(plain.result_content_metadata).toMatchObject({
      md: { exists: true },
      xlsx: { exists: false, size_bytes: 0, presigned_url: null },
      outputPDF: { exists: false },
    });
    expect(plain.result_content_metadata).not.toHaveProperty('grounded_items');
  });

  test('is null when nothing is expanded', async () => {
    const bare = await site.client.parsing.get(plain.job.id);
    expect(bare).toMatchObject({ result_content_metadata: null, images_content_metadata: null, forms: null });
  });

  test('is reported when a document cannot give it', async () => {
    const result = await parse({ output_options: EVERYTHING }, 'note.txt', Buffer.from('A note.'));
    expect(result.job_metadata?.['options_not_applied']).toEqual([
      'output_options.additional_outputs',
      'output_options.granular_bboxes',
      'output_options.images_to_save',
      'output_options.save_output_pdf',
    ]);
  });

  test('an image gives its picture and a PDF of it', async () => {
    const picture = await plainPicture('#22aa44');
    const result = await parse({ output_options: EVERYTHING }, 'green.png', picture);
    expect(result.job_metadata?.['options_not_applied']).toEqual([]);
    expect(linkOf(result, 'outputPDF')).toMatch(/^http/);
    expect(result.images_content_metadata?.images.map((image) => image.category)).toContain('screenshot');
  });
});

describe('links', () => {
  test('are good for what they were made for and nothing else', async () => {
    const url = new URL(linkOf(full, 'md'));
    const forged = [
      url.href.replace('markdown_full', 'text_full'),
      url.href.replace(full.job.id, plain.job.id),
      (full.images_content_metadata?.images[0]?.presigned_url ?? '').replace(/length=\d+/, 'length=900000'),
      (full.images_content_metadata?.images[0]?.presigned_url ?? '').replace('img_p1_1', 'img_p1_9'),
    ];
    for (const link of forged) expect((await fetch(link)).status).toBe(403);
  });

  test('lead nowhere once the job is deleted', async () => {
    const doomed = await parse({ disable_cache: true, output_options: { images_to_save: ['embedded'] } });
    const image = doomed.images_content_metadata?.images[0]?.presigned_url ?? '';
    expect((await fetch(image)).status).toBe(200);
    await site.client.parsing.delete(doomed.job.id);
    for (const link of [image, linkOf(doomed, 'md'), linkOf(doomed, 'json')]) {
      expect((await fetch(link)).status).toBe(404);
    }
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

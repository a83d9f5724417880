import CFB from 'cfb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../../fixtures/engine-bench.ts';
import { plainPicture } from '../../fixtures/illustrated-pdf.ts';
import { docx, wordParagraph } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';
import { drawPdf, prose, scanPng } from '../../fixtures/sample-documents.ts';
import { writeZip } from '../../fixtures/zip-writer.ts';
import type { FoundImage, ImageSink } from '../../reader.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

interface Attachment {
  readonly name: string;
  readonly content: Uint8Array | string;
  readonly type?: string;
  readonly id?: string;
}

function mail(attachments: readonly Attachment[], body = '<p>See below.</p>'): Buffer {
  const parts = attachments.map(({ name, content, type = 'application/octet-stream', id }) =>
    [
      `Content-Type: ${type}; name="${name}"`,
      `Content-Disposition: ${id === undefined ? 'attachment' : 'inline'}; filename="${name}"`,
      ...(id === undefined ? [] : [`Content-ID: <${id}>`]),
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(content)
        .toString('base64')
        .replaceAll(/(.{76})/g, '$1\r\n'),
    ].join('\r\n'),
  );
  const html = `Content-Type: text/html\r\n\r\n${body}`;
  return Buffer.from(
    'From: a@example.com\r\nSubject: Offer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' +
      `${[html, ...parts].map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
  );
}

const word = (text: string) => docx(wordParagraph(text));

test('attachments follow the mail page by page, whatever their kind, with their names above', async () => {
  const pdf = await drawPdf([prose('First'), prose('Second')]);
  const { read, summary } = await bench.parseWell(
    mail([
      { name: 'two pages.pdf', content: pdf },
      { name: 'letter.docx', content: word('Dear reader') },
      { name: 'scan.png', content: await scanPng() },
    ]),
  );
  expect(summary).toMatchObject({
    documentPages: 5,
    engine: { name: 'sheaf+liteparse' },
    pages: { total: 5, native: 2, textLayer: 2, ocr: 1, failed: 0 },
    warnings: [],
  });
  const pages = read.markdown.pages.map(({ page_number, markdown }) => [page_number, markdown] as const);
  expect(pages.map(([number]) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(pages[0]?.[1]).toContain('- two pages.pdf');
  expect(pages[1]?.[1]).toMatch(/^## two pages\.pdf\n\nFirst\n\nThe committee/);
  expect(pages[2]?.[1]).toMatch(/^Second/);
  expect(pages[3]?.[1]).toBe('## letter.docx\n\nDear reader');
  expect(pages[4]?.[1]).toMatch(/^## scan\.png\n\n[\s\S]*flooded for eleven days/);
  expect(read.text.pages[3]?.text).toBe('letter.docx\n\nDear reader');
  expect(read.items.pages[3]?.items.map(({ type }) => type)).toEqual(['heading', 'text']);
}, 60_000);

test('pages are chosen of the whole', async () => {
  const pdf = await drawPdf([prose('First'), prose('Second')]);
  const given = mail([
    { name: 'a.pdf', content: pdf },
    { name: 'b.docx', content: word('Last') },
  ]);
  const chosen = await bench.parseWell(given, { page_ranges: { target_pages: '3-4' } });
  expect(
    chosen.read.markdown.pages.map((page) => [page.page_number, page.markdown.split('\n', 1)[0]]),
  ).toEqual([
    [3, 'Second'],
    [4, '## b.docx'],
  ]);
  const first = await bench.parseWell(given, { page_ranges: { max_pages: 2 } });
  expect(first.read.markdown.pages.map((page) => page.page_number)).toEqual([1, 2]);
}, 60_000);

test('what cannot be read of an attachment is a failed page or a warning, and the mail stays whole', async () => {
  const locked = await drawPdf([prose('Locked')], { userPassword: 'x', ownerPassword: 'y' });
  const given = mail([
    { name: 'locked.pdf', content: locked },
    { name: 'broken.docx', content: docx('', { 'word/document.xml': '<w:document/>' }) },
    { name: 'broken.png', content: Buffer.from('\x89PNG\r\n\x1a\n and no more', 'latin1') },
    { name: 'archive.zip', content: writeZip({ a: 'b' }) },
    { name: 'empty.pdf', content: '' },
    { name: 'smime.p7s', content: '\x30\x80', type: 'application/pkcs7-signature' },
    { name: 'fine.docx', content: word('Still here') },
  ]);
  const { read, summary } = await bench.parseWell(given);
  expect(summary.pages).toMatchObject({ total: 5, failed: 3 });
  const errors = read.markdown.pages.map((page) => (page.success ? undefined : page.error));
  expect(errors).toEqual([
    undefined,
    expect.stringMatching(/^The attachment "locked\.pdf" could not be read: .*password/),
    expect.stringContaining('"broken.docx"'),
    expect.stringContaining('"broken.png"'),
    undefined,
  ]);
  expect(read.markdown.pages[4]?.markdown).toBe('## fine.docx\n\nStill here');
  expect(summary.warnings).toEqual([
    expect.stringMatching(/^The attachment "archive\.zip" is listed and not read\. By its content/),
    expect.stringContaining('"empty.pdf"'),
  ]);
  const opened = await bench.parseWell(given, { input_options: { password: 'x' } });
  expect(opened.read.markdown.pages[1]?.markdown).toMatch(/^## locked\.pdf\n\nLocked/);
}, 60_000);

test('mails inside attached mails are opened to a depth', async () => {
  let inner = mail([{ name: 'deepest.txt', content: 'The end' }], '<p>Level 9</p>');
  for (let level = 8; level >= 0; level -= 1)
    inner = mail([{ name: `level ${level}.eml`, content: inner }], `<p>Level ${level}</p>`);
  const { pages, warnings } = await readDocument(inner);
  expect(pages).toHaveLength(4);
  expect(pages[3]?.markdown).toContain('Level 3');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/"level 3\.eml\\*" is listed and not read\. It lies in 3 attachments/);
});

test('more attachments than anybody reads are listed, across attached mails', async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `${index}.txt`, content: `Text ${index}` }));
  const { pages, warnings } = await readDocument(
    mail([{ name: 'inner.eml', content: mail(many(60)) }, ...many(60)]),
  );
  // The mail, the one inside it, and what is left of a hundred.
  expect(pages).toHaveLength(1 + 1 + 99);
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toBe('1 more attachments are listed and not read.');
});

/** Keeps all pictures. */
function sink(): ImageSink & { readonly found: FoundImage[] } {
  const found: FoundImage[] = [];
  return {
    found,
    keeps: () => true,
    inlines: false,
    wantsEmbedded: true,
    save: (image) => `kept_${found.push(image)}`,
  };
}

test('pictures that the body shows are part of it; others are attachments; those of attachments keep their page', async () => {
  const [blue, red] = [await plainPicture('#3366cc'), await plainPicture('#cc6633')];
  const uri = `data:image/png;base64,${red.toString('base64')}`;
  const images = sink();
  const { pages } = await readDocument(
    mail(
      [
        { name: 'shown.png', content: blue, type: 'image/png', id: 'one@x' },
        { name: 'page.html', content: `<html><body><p>Page</p><img src="${uri}"></body></html>` },
        { name: 'unshown.png', content: blue, type: 'image/png', id: 'two@x' },
      ],
      '<p>See <img src="cid:one%40x" alt="the weir"></p><img src="cid:absent">',
    ),
    { processing_options: { ignore: { ignore_text_in_image: true } } },
    { images },
  );
  expect(pages[0]?.markdown).toContain('See the weir\n\n![the weir](kept_1)');
  expect(pages[0]?.markdown).not.toContain('- shown.png');
  expect(pages[1]?.markdown).toBe('## page.html\n\nPage\n\n![](kept_2)');
  expect(pages[2]?.markdown).toContain('## unshown.png');
  expect(images.found.filter(({ category }) => category === 'embedded').map((one) => one.pageNumber)).toEqual(
    expect.arrayContaining([1, 2]),
  );
});

test('a scan that was put into the body is read, however much stands in the fields', async () => {
  const given = mail(
    [{ name: 'a.png', content: await scanPng(), type: 'image/png', id: 'one' }],
    '<p>Scan:</p><img src="cid:one">',
  );
  const long = Buffer.concat([
    Buffer.from(`To: ${'somebody@example.com, '.repeat(12)}x@example.com\r\n`),
    given,
  ]);
  const { read, summary } = await bench.parseWell(long);
  expect(summary.pages).toMatchObject({ total: 1, ocr: 1 });
  expect(read.markdown.pages[0]?.markdown).toContain('eleven days');
}, 60_000);

test('attachments and pictures of Outlook mails likewise', async () => {
  const container = CFB.utils.cfb_new();
  const wide = (text: string) => Buffer.from(text, 'utf16le');
  const blue = await plainPicture('#3366cc');
  const streams: Record<string, Buffer> = {
    '__properties_version1.0': Buffer.alloc(32),
    '__substg1.0_0037001F': wide('Offer'),
    '__substg1.0_10130102': Buffer.from('<p><img src="cid:one"> text</p>'),
    '__attach_version1.0_#00000000/__substg1.0_3707001F': wide('a.png'),
    '__attach_version1.0_#00000000/__substg1.0_3712001F': wide('one'),
    '__attach_version1.0_#00000000/__substg1.0_37010102': blue,
    '__attach_version1.0_#00000001/__substg1.0_3707001F': wide('b.docx'),
    '__attach_version1.0_#00000001/__substg1.0_37010102': word('Dear reader'),
  };
  for (const [path, content] of Object.entries(streams)) CFB.utils.cfb_add(container, `/${path}`, content);
  const images = sink();
  const { pages } = await readDocument(
    Buffer.from(CFB.write(container, { type: 'buffer' }) as Buffer),
    {},
    { images },
  );
  expect(pages.map((page) => page.markdown)).toEqual([
    `# Offer\n\ntext\n\n![](kept_1)\n\n**Attachments:**\n\n- b.docx (${sizeOf(word('Dear reader'))})`,
    '## b.docx\n\nDear reader',
  ]);
});

function sizeOf(bytes: Uint8Array): string {
  return bytes.length < 1024 ? `${bytes.length} bytes` : `${(bytes.length / 1024).toFixed(1)} KB`;
}

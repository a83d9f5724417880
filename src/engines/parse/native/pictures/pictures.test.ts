import { beforeAll, expect, test } from 'vitest';
import { imageTypeOf } from '../../artifacts/image-type.ts';
import { plainPicture } from '../../fixtures/illustrated-pdf.ts';
import {
  docx,
  openDocument,
  pptx,
  relationshipsPart,
  slideShape,
  wordParagraph,
} from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';
import { writeZip, type ZipMembers } from '../../fixtures/zip-writer.ts';
import type { FoundImage, ImageSink } from '../../reader.ts';

let png: Buffer;
beforeAll(async () => {
  png = await plainPicture('#3366cc');
});

/** Keeps what browsers show, as the real sink does. */
function sink(): ImageSink & { readonly found: FoundImage[] } {
  const found: FoundImage[] = [];
  return {
    found,
    keeps: (category) => category === 'embedded',
    inlines: false,
    wantsEmbedded: true,
    save: (image) => (imageTypeOf(image.bytes) ? `kept_${found.push(image)}` : undefined),
  };
}

async function read(
  bytes: Uint8Array,
  parameters: Readonly<Record<string, unknown>> = {},
  fileName = 'document',
) {
  const images = sink();
  const document = await readDocument(bytes, parameters, { images, fileName });
  return { ...document, found: images.found, markdown: document.pages.map((page) => page.markdown) };
}

const drawing = (id: string, description = '') =>
  `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="" descr="${description}"/><a:graphic><a:graphicData><pic:pic>` +
  `<pic:blipFill><a:blip r:embed="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`;

function word(body: string, media: ZipMembers, targets: Readonly<Record<string, string>>): Buffer {
  const relationships = Object.entries(targets).map(
    ([id, target]) => [id, ['image', target] as const] as const,
  );
  return docx(body, {
    'word/_rels/document.xml.rels': relationshipsPart(Object.fromEntries(relationships)),
    ...media,
  });
}

test('DOCX: a picture stands where it is anchored, those of cells behind their table, equal ones once each', async () => {
  const cell = (content: string) => `<w:tc>${wordParagraph(content)}</w:tc>`;
  const { markdown, found, warnings } = await read(
    word(
      wordParagraph('Before') +
        wordParagraph(drawing('a', 'A weir')) +
        wordParagraph('Between') +
        `<w:tbl><w:tr>${cell('Cell')}${cell(drawing('a', 'Again'))}</w:tr></w:tbl>` +
        wordParagraph('<w:r><w:pict><v:shape alt="Old"><v:imagedata r:id="a"/></v:shape></w:pict></w:r>'),
      { 'word/media/one.png': png, 'word/media/unused.png': png },
      { a: 'media/one.png', unused: 'media/unused.png' },
    ),
  );
  expect(markdown).toEqual([
    'Before\n\n![A weir](kept_1)\n\nBetween\n\n| Cell | Again |\n| --- | --- |\n\n![Again](kept_2)\n\n![Old](kept_3)',
  ]);
  expect(found.map(({ pageNumber, category }) => [pageNumber, category])).toEqual([
    [1, 'embedded'],
    [1, 'embedded'],
    [1, 'embedded'],
  ]);
  expect(warnings).toEqual([]);
});

test('PPTX: pictures have the places of their shapes, also inside groups, fills and backgrounds', async () => {
  const blip = '<p:blipFill><a:blip r:embed="a"/></p:blipFill>';
  const at =
    '<p:spPr><a:xfrm><a:off x="1270000" y="635000"/><a:ext cx="2540000" cy="1270000"/></a:xfrm></p:spPr>';
  const picture = `<p:pic><p:nvPicPr><p:cNvPr id="2" name="" descr="A map"/></p:nvPicPr>${blip}${at}</p:pic>`;
  const filled = slideShape(['Text on it'], { at: [0, 300, 50, 50] }).replace(
    '</p:spPr>',
    '<a:blipFill><a:blip r:embed="a"/></a:blipFill></p:spPr>',
  );
  const { pages, found } = await read(
    pptx(
      [
        `<p:sld><p:cSld><p:bg><p:bgPr><a:blipFill><a:blip r:embed="a"/></a:blipFill></p:bgPr></p:bg>` +
          `<p:spTree>${picture}${filled}</p:spTree></p:cSld></p:sld>`,
      ],
      {
        'ppt/slides/_rels/slide1.xml.rels': relationshipsPart({ a: ['image', '../media/a.png'] }),
        'ppt/media/a.png': png,
      },
    ),
  );
  const place = { x: 100, y: 50, w: 200, h: 100 };
  expect(found.map(({ box }) => box)).toEqual([
    { x: 0, y: 0, w: 720, h: 405 },
    place,
    { x: 0, y: 300, w: 50, h: 50 },
  ]);
  expect(pages[0]?.items.find((item) => item.md === '![A map](kept_2)')?.boxes).toEqual([place]);
});

const FRAME = (href: string) =>
  `<draw:frame svg:x="1in" svg:y="1in" svg:width="2in" svg:height="1in"><draw:image xlink:href="${href}"/><svg:desc>A mill</svg:desc></draw:frame>`;

test('OpenDocument: text, slides and sheets', async () => {
  const members = { 'Pictures/a.png': png, 'Thumbnails/thumbnail.png': png };
  const text = await read(
    openDocument('text', `<text:p>See ${FRAME('Pictures/a.png')}</text:p>`, { members }),
  );
  expect(text.markdown).toEqual(['See\n\n![A mill](kept_1)']);
  const slides = await read(
    openDocument('presentation', `<draw:page>${FRAME('./Pictures/a.png')}</draw:page>`, { members }),
  );
  expect(slides.found.map(({ box }) => box)).toEqual([{ x: 72, y: 72, w: 144, h: 72 }]);
  const sheet = await read(
    writeZip({
      mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
      'content.xml':
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:draw="d" xmlns:svg="s" xmlns:xlink="x" xmlns:text="x"><office:body><office:spreadsheet>' +
        `<table:table table:name="One"><table:shapes>${FRAME('Pictures/a.png')}</table:shapes><table:table-row><table:table-cell><text:p>Cell</text:p></table:table-cell></table:table-row></table:table>` +
        '</office:spreadsheet></office:body></office:document-content>',
      ...members,
    }),
  );
  expect(sheet.markdown).toEqual(['## One\n\nCell\n\n![A mill](kept_1)']);
});

test('EPUB: pictures beside the text and in drawn covers, by addresses inside the publication', async () => {
  const page = (body: string) => `<html xmlns="http://www.w3.org/1999/xhtml"><body>${body}</body></html>`;
  const { markdown } = await read(
    writeZip({
      mimetype: 'application/epub+zip',
      'META-INF/container.xml':
        '<container><rootfiles><rootfile full-path="OPS/b.opf"/></rootfiles></container>',
      'OPS/b.opf':
        '<package><manifest><item id="a" href="text/a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>',
      'OPS/text/a.xhtml': page(
        '<svg><image xlink:href="../pictures/a.png"/></svg><p>One <img alt="within" src="../pictures/a.png"/> two</p>' +
          '<p><img src="../../../../etc/passwd" alt="outside"/></p><p><img src="https://example.org/a.png" alt="far"/></p>',
      ),
      'OPS/pictures/a.png': png,
    }),
  );
  expect(markdown).toEqual(['![](kept_1)\n\nOne within two\n\n![within](kept_2)\n\noutside\n\nfar']);
});

test('HTML and markdown: only what stands in the address itself', async () => {
  const uri = `data:image/png;base64,${png.toString('base64')}`;
  const html = await read(
    Buffer.from(
      `<html><body><p>Before</p><figure><img src="${uri}"><figcaption>A figure</figcaption></figure><ul><li>Entry <img src="${uri}" alt="mark"></li></ul>` +
        `<table><tr><td>One</td><td><img src="${uri}"></td></tr></table><img src="${uri}" width="1" height="1"><img src="http://127.0.0.1/x.png"></body></html>`,
    ),
  );
  expect(html.markdown).toEqual([
    'Before\n\n![A figure](kept_1)\n\n- Entry mark\n\n![mark](kept_2)\n\n| One |  |\n| --- | --- |\n\n![](kept_3)',
  ]);
  const source = `# Title\n\n![A mill](${uri})\n\n![far](http://example.org/a.png)\n`;
  const markdown = await read(Buffer.from(source), {}, 'notes.md');
  expect(markdown.markdown).toEqual(['# Title\n\n![A mill](kept_1)\n\nfar']);
});

test('RTF: pictures as digits and as bytes; the same for older programs is left out', async () => {
  const raw = `{\\pict\\pngblip\\bin${png.length} ${png.toString('latin1')}}`;
  const digits = `{\\*\\shppict{\\pict{\\*\\picprop x}\\pngblip\\picw10 ${png.toString('hex').replaceAll(/(.{80})/g, '$1\r\n')}}}`;
  const { markdown, found } = await read(
    Buffer.from(
      `{\\rtf1 Before\\par ${digits}{\\nonshppict{\\pict\\wmetafile8 0102}}\\par Between\\par ${raw}\\par{\\pict\\emfblip 0102}After\\par}`,
      'latin1',
    ),
  );
  expect(markdown).toEqual(['Before\n\n![](kept_1)\n\nBetween\n\n![](kept_2)\n\nAfter']);
  expect(found.map(({ bytes }) => Buffer.compare(bytes, png))).toEqual([0, 0]);
});

test('pictures that are outside, missing, too large or of a kind that is not shown stay items without a link', async () => {
  const body = ['out', 'far', 'gone', 'bomb', 'emf', 'tiff']
    .map((id) => wordParagraph(drawing(id, id)))
    .join('');
  const document = () =>
    word(
      body,
      {
        'word/media/bomb.png': Buffer.alloc(65 * 1024 * 1024),
        'word/media/a.emf': Buffer.from('\x01\0\0\0EMF', 'latin1'),
        'word/media/a.tiff': Buffer.from('II*\0rest', 'latin1'),
      },
      {
        out: '../../../../../etc/passwd',
        far: 'https://example.org/a.png',
        gone: 'media/gone.png',
        bomb: 'media/bomb.png',
        emf: 'media/a.emf',
        tiff: 'media/a.tiff',
      },
    );
  const { pages, found, warnings } = await read(document(), {
    processing_options: { ignore: { ignore_text_in_image: true } },
  });
  expect(pages[0]?.markdown).toBe('out\n\nfar\n\ngone\n\nbomb\n\nemf\n\ntiff');
  expect(found).toEqual([]);
  expect(warnings).toEqual(['3 pictures of the document could not be taken out.']);
  const strict = { processing_control: { job_failure_conditions: { fail_on_image_extraction_error: true } } };
  await expect(read(document(), strict)).rejects.toMatchObject({ code: 'DOCUMENT_IS_BROKEN' });
});

test('nothing is unpacked unless somebody wants it', async () => {
  const bytes = word(
    wordParagraph('Enough text that nobody takes the page for a scan. '.repeat(5)) +
      wordParagraph(drawing('a', 'A weir')),
    { 'word/media/bomb.png': Buffer.alloc(65 * 1024 * 1024) },
    { a: 'media/bomb.png' },
  );
  const { pages, warnings } = await readDocument(bytes);
  expect(pages[0]?.markdown).toContain('A weir');
  expect(warnings).toEqual([]);
});

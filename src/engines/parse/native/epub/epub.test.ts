import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { writeZip } from '../../fixtures/zip-writer.ts';
import { htmlOfXhtml } from './xhtml.ts';

function epub(members: Record<string, string> = {}): Buffer {
  const page = (body: string) =>
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`;
  return writeZip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OPS/book.opf':
      '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A Book</dc:title><dc:creator>A. Writer</dc:creator></metadata>' +
      '<manifest><item id="b" href="text/two.xhtml"/><item id="a" href="text/one%20a.xhtml"/><item id="c" href="gone.xhtml"/></manifest>' +
      '<spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>',
    'OPS/text/one a.xhtml': page(
      '<h1>One</h1><p>First <a id="x"/>page.</p><img src="i.png" alt="A picture"/>',
    ),
    'OPS/text/two.xhtml': page('<h2>Two</h2><ul><li>entry</li></ul>'),
    ...members,
  });
}

test('documents are pages in reading order; one that is missing is a fault', async () => {
  const { pages, faults } = await readDocument(epub());
  expect(pages.map((page) => page.markdown)).toEqual([
    expect.stringMatching(/^# A Book\n\nA\. Writer\n\n# One\n\nFirst page\.\n\n.*A picture/),
    '## Two\n\n- entry',
  ]);
  expect(faults).toMatchObject([{ pageNumber: 3 }]);
});

test('protection of content is told from fonts that are only obfuscated', async () => {
  const encryption = (algorithm: string, uri: string) =>
    `<encryption><EncryptedData><EncryptionMethod Algorithm="${algorithm}"/><CipherData><CipherReference URI="${uri}"/></CipherData></EncryptedData></encryption>`;
  const locked = encryption('http://www.w3.org/2001/04/xmlenc#aes128-cbc', 'OPS/text/two.xhtml');
  await expect(readDocument(epub({ 'META-INF/encryption.xml': locked }))).rejects.toMatchObject({
    code: 'PDF_IS_PROTECTED',
  });
  const fonts = encryption('http://www.idpf.org/2008/embedding', 'OPS/font.otf');
  expect((await readDocument(epub({ 'META-INF/encryption.xml': fonts }))).pages).toHaveLength(2);
});

test('XHTML that closes elements in their own tag does not take in what follows', () => {
  expect(htmlOfXhtml('<title/><br/><i class="a"/>x<![CDATA[a < b]]>')).toBe(
    '<title></title><br/><i class="a"></i>xa &lt; b',
  );
});

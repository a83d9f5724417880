import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';

const markdown = async (html: string) =>
  (await readDocument(Buffer.from(`<!doctype html><html><body>${html}</body></html>`))).pages[0]?.markdown;

test('a formula is read once: its LaTeX, or its signs without annotations', async () => {
  const math = (annotations: string, more = '') =>
    `<math${more}><semantics><mrow><mi>x</mi><mn>2</mn></mrow>${annotations}</semantics></math>`;
  const tex = '<annotation encoding="application/x-tex">x^2 * y_1</annotation>';
  expect(
    await markdown(
      `<p>So ${math(tex)}, <span class="katex"><span class="katex-mathml">${math(tex)}</span><span class="katex-html" aria-hidden="true">x2</span></span> and ` +
        `${math('<annotation encoding="StarMath 5.0">x sup 2</annotation><annotation-xml><ci>x</ci></annotation-xml>')}.</p>` +
        `<p>${math(tex, ' display="block"')}</p><p><span class="katex"><span class="katex-html" aria-hidden="true">only</span></span></p>`,
    ),
  ).toBe('So $x^2 * y_1$, $x^2 * y_1$ and x2.\n\n$$x^2 * y_1$$\n\nonly');
});

test('lists and titles as Word and Outlook write them', async () => {
  const entry = (level: number, mark: string, text: string) =>
    `<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level${level} lfo1'><![if !supportLists]><b><span style='font-family:Symbol'>` +
    `<span style='mso-list:Ignore'>${mark}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span></b><![endif]>${text}<o:p></o:p></p>\n`;
  expect(
    await markdown(
      `<div class=WordSection1><p class=MsoTitle>Plan</p><h2 style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span>Aims</h2>` +
        entry(1, '·', 'first') + entry(2, 'o', 'inner <b>bold</b>') + entry(1, '·', 'second') +
        '<p class=MsoNormal>Between</p>' + entry(1, '3.', 'three') + entry(1, '4.', 'four') + entry(2, 'a)', 'letter') +
        "<p class=MsoListParagraph style='mso-list:none'>Not one</p></div>", // prettier-ignore
    ),
  ).toBe(
    [
      '# Plan', '## 1. Aims', '- first\n  - inner **bold**\n- second', 'Between', '3. three\n4. four\n   1. letter', 'Not one',
    ].join('\n\n'), // prettier-ignore
  );
});

test('tables that lay a newsletter out are their content; tables of data stay', async () => {
  const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  expect(
    await markdown(
      `<table>${row('<table role="presentation">' + row('<img src="x.png" alt="Logo">', 'May issue') + '</table>')}` +
        `${row('&nbsp;')}${row('<h1>News</h1><p>Text</p>')}${row('', '<ul><li>one</li></ul>')}</table>` +
        `<table>${row('<p>a</p>')}${row('<p>b</p>')}</table><table>${row('x', '<ul><li>y</li></ul>')}</table>`,
    ),
  ).toBe(
    'Logo\n\nMay issue\n\n# News\n\nText\n\n- one\n\n| a |\n| --- |\n| b |\n\n| x | - y |\n| --- | --- |',
  );
});

test('a page of frames is what it says to those who show none', async () => {
  const page =
    '<html><head><title>T</title></head><frameset cols="1,2"><frame src="a.html"><frameset><frame src="b.html"></frameset>';
  const read = async (html: string) => (await readDocument(Buffer.from(html))).pages[0]?.markdown;
  expect(
    await read(
      `${page}<noframes><body><h1>Old</h1><p>See <a href="a.html">a</a></p></body></noframes></frameset></html>`,
    ),
  ).toBe('# Old\n\nSee [a](a.html)');
  expect(await read(`${page}</frameset><noframes><noframes><p>After</p></noframes></html>`)).toBe('After');
  expect(await markdown('<p>Body</p><noframes><p>Within</p></noframes>')).toBe('Body\n\nWithin');
});

import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';

const markdown = async (xml: string) => (await readDocument(Buffer.from(xml))).pages[0]?.markdown;

test('an article of JATS: title, authors, abstract, numbered sections, captions, references', async () => {
  expect(
    await markdown(
      '<!DOCTYPE article SYSTEM "x.dtd"><article><front><journal-meta><journal-id>J</journal-id></journal-meta><article-meta><article-id>9</article-id>' +
        '<title-group><article-title>On <italic>things</italic></article-title></title-group>' +
        '<contrib-group><contrib><name><surname>Doe</surname><given-names>Jo</given-names></name></contrib></contrib-group>' +
        '<aff><label>1</label>Town</aff><abstract><p>Short.</p></abstract></article-meta></front>' +
        '<body><sec><label>1.</label><title>Start</title><p>Text<xref>2</xref> here.</p><sec><title>Inner</title><p>More.</p></sec></sec>' +
        '<table-wrap><label>Table 1</label><caption><p>Counts</p></caption><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></table-wrap></body>' +
        '<back><ref-list><ref><label>1</label><element-citation><name><surname>Ray</surname></name><volume>3</volume></element-citation></ref></ref-list></back></article>',
    ),
  ).toBe(
    [
      '# On *things*', 'Jo Doe', 'Town', '## Abstract', 'Short.', '## 1. Start', 'Text2 here.', '### Inner', 'More.',
      'Table 1 Counts', '| a | b |\n| --- | --- |\n| 1 | 2 |', '## References', '- Ray 3',
    ].join('\n\n'), // prettier-ignore
  );
});

test('a reference is one line with the title of its work, and a running head is no content', async () => {
  const reference =
    '<ref><label>2</label><mixed-citation><string-name><surname>Ray</surname> <given-names>A</given-names></string-name>. ' +
    '<article-title>On weirs</article-title>. <source>River J</source> 2019;<volume>3</volume>: 7.</mixed-citation></ref>';
  expect(
    await markdown(
      '<article><front><article-meta><title-group><article-title>Dams</article-title><alt-title alt-title-type="running-head">Dams!</alt-title></title-group></article-meta></front>' +
        `<body><p>See <mixed-citation>Doe. <article-title>More</article-title>.</mixed-citation> there.</p></body><back><ref-list>${reference}</ref-list></back></article>`,
    ),
  ).toBe('# Dams\n\nSee Doe. More. there.\n\n## References\n\n- Ray A. On weirs. River J 2019;3: 7.');
});

test('a patent: flat headings with levels, CALS tables, claims', async () => {
  const { pages } = await readDocument(
    Buffer.from(
      '<us-patent-application><us-bibliographic-data-application><invention-title>Lamp</invention-title><country>US</country></us-bibliographic-data-application>' +
        '<description><heading level="1">FIELD</heading><p>About.</p><heading level="2">Sub</heading><p>x</p>' +
        '<tables><table><tgroup cols="2"><colspec colname="a"/><colspec colname="b"/><thead><row><entry namest="a" nameend="b">Both</entry></row></thead><tbody><row><entry>1</entry><entry>2</entry></row></tbody></tgroup></table></tables></description>' +
        '<claims><claim><claim-text>1. A lamp.<claim-text>with a bulb</claim-text></claim-text></claim></claims></us-patent-application>',
    ),
  );
  expect(pages[0]?.markdown.split('\n\n')).toEqual([
    '# Lamp', '## FIELD', 'About.', '### Sub', 'x', '| Both |  |\n| --- | --- |\n| 1 | 2 |', '## Claims', '1. A lamp.', 'with a bulb',
  ]); // prettier-ignore
  expect(pages[0]?.items.find((item) => item.type === 'table')).toMatchObject({
    html: expect.stringContaining('<th colspan="2">Both</th>') as string,
  });
});

test('DocBook lists nest, code stays code, and links keep their target', async () => {
  expect(
    await markdown(
      '<article><title>T</title><section><title>S</title><orderedlist><listitem><para>one</para><itemizedlist><listitem><para>in</para></listitem></itemizedlist></listitem></orderedlist>' +
        '<programlisting>a\n  b</programlisting><para>See <ulink url="https://example.com/">it</ulink></para></section></article>',
    ),
  ).toBe('# T\n\n## S\n\n1. one\n   - in\n\n```\na\n  b\n```\n\nSee [it](https://example.com/)');
});

test('notes of XBRL are markup written as text; contexts are for machines', async () => {
  expect(
    await markdown(
      '<xbrl><context id="c"><entity>123</entity></context><note contextRef="c">&lt;div&gt;&lt;p&gt;A &lt;b&gt;note&lt;/b&gt;&lt;/p&gt;&lt;/div&gt;</note></xbrl>',
    ),
  ).toBe('A **note**');
});

test('data keeps the names of its elements and attributes', async () => {
  expect(
    await markdown(
      '<?xml version="1.0"?><stock xmlns="urn:x"><product sku="A-17" price="12.50"/><product sku="B"><site name="North &amp; East">7</site></product></stock>',
    ),
  ).toBe(
    '```xml\n<stock>\n  <product sku="A-17" price="12.50"/>\n  <product sku="B">\n' +
      '    <site name="North &amp; East">7</site>\n  </product>\n</stock>\n```',
  );
});

test('deep nesting ends in bounded time', async () => {
  const deep = `${'<sec>'.repeat(300)}<p>end</p>${'</sec>'.repeat(300)}`;
  expect(await markdown(`<article>${deep}</article>`)).toBe('end');
});

test('what has other rows than those of tables loses nothing', async () => {
  expect(
    await markdown(
      '<doc><p>Before</p><table><line><c>1</c><c>two</c></line><line><c>3</c></line></table></doc>',
    ),
  ).toBe('Before\n\n1 two\n\n3');
  expect(
    await markdown(
      '<export><table name="sites"><column name="id">1</column><column name="n">N</column></table></export>',
    ),
  ).toBe(
    '```xml\n<export>\n  <table name="sites">\n    <column name="id">1</column>\n    <column name="n">N</column>\n' +
      '  </table>\n</export>\n```',
  );
});

test('tables of XSL-FO', async () => {
  const cell = (text: string) => `<fo:table-cell><fo:block>${text}</fo:block></fo:table-cell>`;
  const row = (...cells: string[]) => `<fo:table-row>${cells.map(cell).join('')}</fo:table-row>`;
  expect(
    await markdown(
      `<fo:root><fo:flow><fo:block>Above <fo:inline>it</fo:inline></fo:block><fo:table><fo:table-header>${row('a', 'b')}</fo:table-header>` +
        `<fo:table-body>${row('1', '2')}</fo:table-body></fo:table></fo:flow></fo:root>`,
    ),
  ).toBe('Above it\n\n| a | b |\n| --- | --- |\n| 1 | 2 |');
});

test('of the forms of a formula one is read, LaTeX where there is some', async () => {
  const tex = (body: string) =>
    `<tex-math>\\documentclass{minimal}\\usepackage{x}\\begin{document}$$${body}$$\\end{document}</tex-math>`;
  const mathml = '<mml:math><mml:mi>E</mml:mi></mml:math>';
  const annotated =
    '<mml:math><mml:semantics><mml:mi>y</mml:mi><mml:annotation encoding="application/x-tex">y_1</mml:annotation></mml:semantics></mml:math>';
  expect(
    await markdown(
      `<article><front></front><body><p>As <inline-formula><alternatives>${mathml}${tex('E^2')}<inline-graphic/></alternatives></inline-formula> and ` +
        `<inline-formula>${annotated}</inline-formula> or <inline-formula><alternatives><inline-graphic/>${mathml}</alternatives></inline-formula>.</p>` +
        `<disp-formula><label>(1)</label><alternatives>${tex('a*b')}${mathml}</alternatives></disp-formula>` +
        '<table-wrap><alternatives><graphic/><table><tr><td>1</td><td>2</td></tr></table></alternatives></table-wrap></body></article>',
    ),
  ).toBe('As $E^2$ and $y_1$ or E.\n\n(1) $$a*b$$\n\n| 1 | 2 |\n| --- | --- |');
});

test('an outline of OPML is nested lists, with links and notes', async () => {
  expect(
    await markdown(
      '<?xml version="1.0"?><opml version="2.0"><head><title>My feeds</title></head><body><outline text="News &amp;amp; more">' +
        '<outline type="rss" text="A_b" xmlUrl="https://example.com/feed"/><outline text="&lt;b&gt;Bold&lt;/b&gt;" _note="Why"/></outline>' +
        '<outline title="Last"/></body></opml>',
    ),
  ).toBe('# My feeds\n\n- News & more\n  - [A\\_b](https://example.com/feed)\n  - **Bold**\n    Why\n- Last');
});

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

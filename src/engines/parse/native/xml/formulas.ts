import { attribute, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import { formulaText, isTex } from '../../items/formula.ts';

/** Forms of a thing that show and do not say it. */
const SHOWN = /^(?:inline-)?(?:graphic|media|supplementary-material)$/;

/** Of the forms of one thing (JATS, `alternatives`) the one to read: LaTeX, else the first that has text. */
export function chosenAlternative(alternatives: XmlElement): XmlElement[] {
  const forms = elements(alternatives);
  const chosen =
    forms.find((form) => form.name === 'tex-math') ??
    forms.find((form) => !SHOWN.test(form.name) && textOf(form).trim() !== '') ??
    forms[0];
  return chosen ? [chosen] : [];
}

export function isFormula(element: XmlElement): boolean {
  return element.name === 'tex-math' || element.name === 'math';
}

/** A formula that is written in LaTeX, or MathML that is annotated with it; undefined for all else. */
export function formulaOf(element: XmlElement, standsAlone: boolean): string | undefined {
  if (element.name === 'tex-math') return formulaText(bodyOf(textOf(element)), standsAlone);
  if (element.name !== 'math') return undefined;
  const annotation = elements(element)
    .filter((one) => one.name === 'semantics')
    .flatMap((semantics) => elements(semantics, 'annotation'))
    .find((one) => isTex(attribute(one, 'encoding')));
  const text = annotation && formulaText(textOf(annotation), standsAlone || isDisplayed(element));
  return text === '' ? undefined : text;
}

function isDisplayed(math: XmlElement): boolean {
  return attribute(math, 'display') === 'block' || attribute(math, 'mode') === 'display';
}

/** Publishers write each formula as a document of its own. */
function bodyOf(latex: string): string {
  const start = latex.indexOf('\\begin{document}');
  const end = latex.lastIndexOf('\\end{document}');
  return start < 0 ? latex : latex.slice(start + '\\begin{document}'.length, end < start ? undefined : end);
}

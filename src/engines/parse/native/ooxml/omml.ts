import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import { isOn } from './package.ts';
import { accentCommand, delimiter, functionName, mathText, operatorCommand } from './math-symbols.ts';

/** Office's formulas (OMML, ECMA-376 part 1, 22.1) as LaTeX. @param math an `oMath` element or an argument in one */
export function latexOf(math: XmlElement): string {
  return contentLatex(math)
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/ (?=[\^_}=+,.;:)\]|-])/g, '')
    .trim();
}

function contentLatex(parent: XmlElement | undefined): string {
  return elements(parent).map(elementLatex).join('');
}

const CONVERTERS: Readonly<Record<string, (element: XmlElement) => string>> = {
  r: runLatex,
  f: fractionLatex,
  sSup: (element) => `${base(element)}^${argument(element, 'sup')}`,
  sSub: (element) => `${base(element)}_${argument(element, 'sub')}`,
  sSubSup: (element) => `${base(element)}_${argument(element, 'sub')}^${argument(element, 'sup')}`,
  sPre: (element) => `{}_${argument(element, 'sub')}^${argument(element, 'sup')}${part(element, 'e')}`,
  rad: radicalLatex,
  nary: naryLatex,
  d: delimitersLatex,
  func: (element) => `${functionName(part(element, 'fName').trim())}${spaced(part(element, 'e'))}`,
  acc: (element) => `${accentCommand(sign(element, 'accPr', '\u0302'))}${argument(element, 'e')}`,
  bar: (element) =>
    `\\${sign(element, 'barPr', '', 'pos') === 'bot' ? 'underline' : 'overline'}${argument(element, 'e')}`,
  limLow: (element) => limitLatex(element, '_', 'underset'),
  limUpp: (element) => limitLatex(element, '^', 'overset'),
  groupChr: groupLatex,
  borderBox: (element) => `\\boxed${argument(element, 'e')}`,
  m: matrixLatex,
  eqArr: (element) =>
    `\\begin{aligned}${elements(element, 'e').map(contentLatex).join(' \\\\ ')}\\end{aligned}`,
  phant: (element) => (isOff(child(child(element, 'phantPr'), 'show')) ? '' : part(element, 'e')),
  ins: contentLatex,
  del: () => '',
  moveFrom: () => '',
};

/** Elements that are not known here, properties among them, show what formulas they hold. */
function elementLatex(element: XmlElement): string {
  if (element.name.endsWith('Pr') || element.name === 't') return '';
  const convert = Object.hasOwn(CONVERTERS, element.name) ? CONVERTERS[element.name] : undefined;
  return convert ? convert(element) : contentLatex(element);
}

function part(element: XmlElement, name: string): string {
  return contentLatex(child(element, name));
}

function argument(element: XmlElement, name: string): string {
  return `{${part(element, name).trim()}}`;
}

/** What a script stands at; more than one sign is held together. */
function base(element: XmlElement): string {
  const latex = part(element, 'e').trim();
  return /^(?:\\[a-zA-Z]+|.)$/u.test(latex) ? latex : `{${latex}}`;
}

function spaced(latex: string): string {
  return /^[a-zA-Z0-9]/.test(latex) ? ` ${latex}` : latex;
}

function sign(element: XmlElement, properties: string, fallback: string, name = 'chr'): string {
  const found = child(child(element, properties), name);
  return found ? (attribute(found, 'val') ?? '') : fallback;
}

function isOff(element: XmlElement | undefined): boolean {
  return element !== undefined && !isOn(element);
}

function runLatex(run: XmlElement): string {
  const text = elements(run, 't').map(textOf).join('');
  const properties = elements(run, 'rPr').find((one) => child(one, 'nor') ?? child(one, 'sty'));
  if (isOn(child(properties, 'nor')))
    return /\p{L}/u.test(text) ? `\\text{${text.replaceAll(/[{}\\]/g, '')}}` : mathText(text);
  return mathText(text);
}

function fractionLatex(element: XmlElement): string {
  const kind = sign(element, 'fPr', 'bar', 'type');
  const [numerator, denominator] = [argument(element, 'num'), argument(element, 'den')];
  if (kind === 'lin' || kind === 'skw') return `${numerator}/${denominator}`;
  return kind === 'noBar' ? `\\binom${numerator}${denominator}` : `\\frac${numerator}${denominator}`;
}

function radicalLatex(element: XmlElement): string {
  const degree = part(element, 'deg').trim();
  const hidden = isOn(child(child(element, 'radPr'), 'degHide'));
  return `\\sqrt${degree === '' || hidden ? '' : `[${degree}]`}${argument(element, 'e')}`;
}

function naryLatex(element: XmlElement): string {
  const [from, to] = [part(element, 'sub').trim(), part(element, 'sup').trim()];
  const operator = operatorCommand(sign(element, 'naryPr', '∫'));
  return `${operator}${from === '' ? '' : `_{${from}}`}${to === '' ? '' : `^{${to}}`} ${part(element, 'e')}`;
}

function delimitersLatex(element: XmlElement): string {
  const [open, close] = [sign(element, 'dPr', '(', 'begChr'), sign(element, 'dPr', ')', 'endChr')];
  const between = mathText(sign(element, 'dPr', '|', 'sepChr'));
  const content = elements(element, 'e').map(contentLatex).join(between);
  return `\\left${delimiter(open)}${spaced(content)}\\right${delimiter(close)}`;
}

function limitLatex(element: XmlElement, mark: '_' | '^', command: string): string {
  const over = functionName(part(element, 'e').trim());
  return over.startsWith('\\')
    ? `${over}${mark}${argument(element, 'lim')}`
    : `\\${command}${argument(element, 'lim')}{${over}}`;
}

function groupLatex(element: XmlElement): string {
  const above = sign(element, 'groupChrPr', 'bot', 'pos') === 'top';
  const brace = sign(element, 'groupChrPr', '⏟');
  if (brace === '⏟' || brace === '⏞')
    return `\\${above ? 'overbrace' : 'underbrace'}${argument(element, 'e')}`;
  return `\\${above ? 'overset' : 'underset'}{${operatorCommand(brace)}}${argument(element, 'e')}`;
}

function matrixLatex(element: XmlElement): string {
  const rows = elements(element, 'mr').map((row) => elements(row, 'e').map(contentLatex).join(' & '));
  return `\\begin{matrix}${rows.join(' \\\\ ')}\\end{matrix}`;
}

import type { Inline } from '../../items/flow.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import { linkAddress } from '../web-address.ts';
import { LatexSource } from './source.ts';

type Look = Omit<Run, 'text'>;

const LOOKS: Readonly<Record<string, Look>> = {
  textbf: { bold: true }, textit: { italic: true }, emph: { italic: true }, textsl: { italic: true },
  texttt: { code: true }, verb: { code: true }, sout: { strike: true },
}; // prettier-ignore
const SIGNS: Readonly<Record<string, string>> = {
  ldots: '…', dots: '…', textbackslash: '\\', textasciitilde: '~', textasciicircum: '^', LaTeX: 'LaTeX', TeX: 'TeX', ss: 'ß',
  ae: 'æ', AE: 'Æ', o: 'ø', O: 'Ø', aa: 'å', AA: 'Å', l: 'ł', L: 'Ł', S: '§', P: '¶', copyright: '©', pounds: '£',
  euro: '€', textendash: '–', textemdash: '—', quad: ' ', qquad: ' ', newline: '\n', textbullet: '•', textregistered: '®',
}; // prettier-ignore
/** Commands whose arguments are no text. */
const SILENT = new Set([
  'label', 'vspace', 'hspace', 'includegraphics', 'input', 'include', 'bibliography', 'bibliographystyle', 'pagestyle',
  'thispagestyle', 'setlength', 'addtolength', 'setcounter', 'newcommand', 'renewcommand', 'usepackage', 'hypersetup',
  'definecolor', 'color', 'index', 'rule', 'cline', 'cmidrule', 'addcontentsline', 'phantomsection', 'vskip', 'hskip',
]); // prettier-ignore
const ACCENTS: Readonly<Record<string, string>> = {
  '`': '\u0300', "'": '\u0301', '^': '\u0302', '~': '\u0303', '"': '\u0308', '=': '\u0304', '.': '\u0307', u: '\u0306',
  v: '\u030c', H: '\u030b', c: '\u0327', r: '\u030a', k: '\u0328',
}; // prettier-ignore
const DEEPEST = 50;

/** A piece of LaTeX as a line of text. Formulas stay as they are written. */
export function latexInline(text: string, options: { readonly annotateLinks: boolean }): Inline {
  return inlineOf(runsOf(text, {}, 0), options);
}

function runsOf(text: string, look: Look, depth: number): Run[] {
  if (depth > DEEPEST) return [{ ...look, text }];
  const source = new LatexSource(text);
  const runs: Run[] = [];
  const add = (piece: string) => runs.push({ ...look, text: piece });
  while (!source.done) {
    const math = source.take(/\$\$?[^$]+\$\$?/y)?.[0] ?? bracketed(source);
    const command = math ? undefined : source.take(/\\([a-zA-Z]+)\*?|\\([^a-zA-Z])/y);
    if (math !== undefined) runs.push({ text: math, md: math });
    else if (command) runs.push(...commandRuns(source, command[1] ?? command[2] ?? '', look, depth));
    else if (source.text[source.at] === '{') runs.push(...runsOf(source.group(), look, depth + 1));
    else add(plainText(source.take(/[^\\${]+/y)?.[0] ?? source.take(/[^]/y)?.[0] ?? ''));
  }
  return runs;
}

function bracketed(source: LatexSource): string | undefined {
  if (!source.take(/\\\(/y)) return undefined;
  const formula = source.until('\\)');
  return formula === undefined ? '(' : `$${formula.trim()}$`;
}

function plainText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('---', '—')
    .replaceAll('--', '–')
    .replaceAll(/``|''/g, (quote) => (quote === '``' ? '“' : '”'))
    .replaceAll('~', '\u00a0')
    .replaceAll('}', '');
}

function commandRuns(source: LatexSource, name: string, look: Look, depth: number): Run[] {
  const argument = () => runsOf(source.group(), look, depth + 1);
  if (name === '\\') {
    source.option();
    return [{ text: '\n' }];
  }
  const accent = ACCENTS[name];
  if (accent !== undefined && (!/[a-z]/i.test(name) || source.text[source.at] === '{')) {
    const letter = source.group().replace(/^\\([ij])$/, '$1');
    return [{ ...look, text: (letter.slice(0, 1) + accent).normalize('NFC') + letter.slice(1) }];
  }
  if (/^[^a-z]$/i.test(name))
    return /[,;:! ]/.test(name)
      ? [{ text: ' ' }]
      : name === '-' || name === '/'
        ? []
        : [{ ...look, text: name }];
  const sign = SIGNS[name];
  if (sign !== undefined) {
    source.take(/\{\}| +/y);
    return [{ ...look, text: sign }];
  }
  const own = LOOKS[name];
  if (own) return runsOf(source.group(), { ...look, ...own }, depth + 1);
  if (SILENT.has(name)) {
    while (source.option() !== undefined || source.take(/(?=\s*\{)/y))
      if (source.text[source.at] === '{') source.group();
    return [];
  }
  return otherRuns(source, name, look, argument);
}

function otherRuns(source: LatexSource, name: string, look: Look, argument: () => Run[]): Run[] {
  const option = source.option();
  switch (name) {
    case 'href':
    case 'url': {
      const target = source.group();
      const url = linkAddress(target);
      const label = name === 'url' ? [{ ...look, text: target }] : argument();
      return label.map((run) => ({ ...run, ...(url !== undefined && { url }) }));
    }
    case 'footnote':
      return [{ text: ' (' }, ...argument(), { text: ')' }];
    case 'multicolumn':
    case 'multirow':
      source.group();
      source.group();
      return argument();
    case 'textcolor':
      source.group();
      return argument();
  }
  if (/^(?:no)?cite|cite[a-z]*$|ref$/i.test(name)) return [{ ...look, text: `[${source.group()}]` }];
  // Of a command that nobody knows, the argument is text more often than not.
  if (source.take(/(?=\{)/y) ?? option !== undefined) return source.text[source.at] === '{' ? argument() : [];
  source.take(/ +/y);
  return [];
}

import type { FlowBlock } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import type { DocumentReader } from '../../reader.ts';
import { FlowCollector } from '../flow-collector.ts';
import { flowDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';
import { latexInline } from './inline.ts';
import { LatexSource } from './source.ts';

/** Reads the source of LaTeX documents for its structure. Nothing is run, and files that it names are never opened. */
export const openLatex: DocumentReader = async (input) => {
  const blocks = latexBlocks(await readText(input), input.options);
  return flowDocument([{ blocks }], input);
};

interface Options {
  readonly annotateLinks: boolean;
}

export function latexBlocks(text: string, options: Options): FlowBlock[] {
  const plain = text.replaceAll(/(?<!\\)%.*$/gm, '');
  const begin = plain.indexOf('\\begin{document}');
  const end = plain.lastIndexOf('\\end{document}');
  const walk = new LatexWalk(options);
  for (const command of ['title', 'author', 'date']) {
    const at = plain.search(new RegExp(`\\\\${command}\\s*[\\[{]`));
    if (at >= 0) walk.front(command, plain, at);
  }
  walk.read(plain.slice(begin < 0 ? 0 : begin + 16, end < 0 ? undefined : end), 0);
  return walk.blocks();
}

const LEVELS: Readonly<Record<string, number>> = {
  part: 1, chapter: 1, section: 2, subsection: 3, subsubsection: 4, paragraph: 5, subparagraph: 6,
}; // prettier-ignore
const LISTS = new Set([
  'itemize',
  'enumerate',
  'description',
  'thebibliography',
  'compactitem',
  'compactenum',
]);
const CODE = new Set(['verbatim', 'lstlisting', 'minted', 'Verbatim']);
const MATH = /^(?:equation|align|gather|multline|displaymath|eqnarray|math|flalign)\*?$/;
const TABLES = /^(?:tabular|tabularx|tabulary|longtable|tabu|array)\*?$/;
const LEFT_OUT = new Set(['tikzpicture', 'picture', 'comment', 'filecontents']);
const DEEPEST = 40;

class LatexWalk {
  readonly #collector = new FlowCollector();
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  blocks(): FlowBlock[] {
    return this.#collector.blocks();
  }

  front(command: string, text: string, at: number): void {
    const source = new LatexSource(text);
    source.at = at + command.length + 1;
    source.option();
    const content = latexInline(source.group().replaceAll(/\\and\b/g, ', '), this.#options);
    if (content.text === '') return;
    this.#collector.add(
      command === 'title' ? { kind: 'heading', level: 1, content } : { kind: 'paragraph', content },
    );
  }

  read(text: string, depth: number): void {
    const source = new LatexSource(text);
    let start = 0;
    const end = (until: number) => this.#paragraph(source.text.slice(start, until));
    while (!source.done) {
      const before = source.at;
      const stop = source.take(
        /\\begin\s*\{([a-zA-Z*]+)\}|\\((?:sub)*(?:section|paragraph)|chapter|part|caption)\*?(?=\s*[[{])|\\maketitle|\n[ \t]*\n|\$\$|\\\[/y,
      );
      if (!stop) {
        source.take(/\\[^]|[^\\\n$]+|[^]/y);
        continue;
      }
      const [sign, environment, command] = stop;
      const formula = sign === '$$' || sign === '\\[' ? source.until(sign === '$$' ? '$$' : '\\]') : '';
      // A formula that never ends is none.
      if (formula === undefined) continue;
      end(before);
      if (environment !== undefined) this.#environment(source, environment, depth);
      else if (command !== undefined) this.#command(source, command);
      else this.#formula(formula);
      start = source.at;
    }
    end(source.text.length);
  }

  #paragraph(text: string): void {
    const content = latexInline(text, this.#options);
    if (content.text !== '') this.#collector.add({ kind: 'paragraph', content });
  }

  #command(source: LatexSource, command: string): void {
    source.option();
    const content = latexInline(source.group(), this.#options);
    const level = LEVELS[command];
    if (content.text === '') return;
    this.#collector.add(
      level === undefined ? { kind: 'paragraph', content } : { kind: 'heading', level, content },
    );
  }

  #formula(body: string): void {
    const text = body.replaceAll(/\\label\s*\{[^{}]*\}/g, '').trim();
    if (text !== '')
      this.#collector.add({ kind: 'paragraph', content: { text: `$$${text}$$`, md: `$$${text}$$` } });
  }

  #environment(source: LatexSource, name: string, depth: number): void {
    const body = source.environment(name);
    if (LEFT_OUT.has(name)) return;
    if (depth > DEEPEST) return this.#paragraph(body);
    if (LISTS.has(name)) return this.#list(body, name, 0);
    if (CODE.has(name))
      return this.#collector.add({
        kind: 'code',
        value: body.replace(/^(?:\[[^\]]*\])?(?:\{\w*\})?\n/, '').trimEnd(),
      });
    if (MATH.test(name)) return this.#formula(body);
    if (TABLES.test(name)) return this.#collector.add(...this.#table(body, name));
    if (name === 'abstract')
      this.#collector.add({ kind: 'heading', level: 2, content: { text: 'Abstract', md: 'Abstract' } });
    this.read(body.replace(/^\s*\[[^\]]*\]/, ''), depth + 1);
  }

  /** Entries, with lists inside them one level down. */
  #list(body: string, name: string, level: number): void {
    const source = new LatexSource(body);
    const ordered = /enum|bibliography/.test(name);
    let text = '';
    const end = () => {
      const content = latexInline(text, this.#options);
      text = '';
      if (content.text !== '') this.#collector.addEntry({ content, level, ordered });
    };
    while (!source.done) {
      const nested = source.take(/\\begin\s*\{([a-zA-Z*]+)\}/y)?.[1];
      if (nested !== undefined && LISTS.has(nested) && level < DEEPEST) {
        end();
        this.#list(source.environment(nested), nested, level + 1);
      } else if (source.take(/\\(?:bib)?item(?![a-zA-Z])/y)) {
        end();
        const term = source.option();
        if (/biblio/.test(name)) source.group();
        else if (term !== undefined) text = `\\textbf{${term}} `;
      } else text += source.take(/\\[^]|[^\\]+/y)?.[0] ?? source.take(/[^]/y)?.[0] ?? '';
    }
    // What stands before the first entry is the list's settings.
    end();
  }

  #table(body: string, name: string): FlowBlock[] {
    const source = new LatexSource(body);
    source.option();
    const settings = /^tabular(?:x|y|\*)/.test(name) ? 2 : 1;
    for (let index = 0; index < settings; index += 1) if (source.take(/\s*(?=\{)/y)) source.group();
    const lines = source.text.slice(source.at).split(/\\\\(?:\[[^\]]*\])?|\\tabularnewline/);
    const rows = lines
      .map((line) =>
        line.replaceAll(
          /\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot)\b/g,
          '',
        ),
      )
      .map((line) => line.replaceAll(/\\c(?:line|midrule)(?:\([^)]*\))?\s*\{[^{}]*\}/g, ''))
      .filter((line) => line.trim() !== '')
      .map((line) => line.split(/(?<!\\)&/).map((cell) => this.#cell(cell)));
    return rows.length > 0 ? [{ kind: 'table', rows, headerRows: rows.length > 1 ? 1 : 0 }] : [];
  }

  #cell(text: string): TableCell {
    const { text: value, md } = latexInline(text, this.#options);
    const colSpan = Number(/^\s*\\multicolumn\s*\{(\d{1,3})\}/.exec(text)?.[1] ?? 1);
    return { md, value, ...(colSpan > 1 && { colSpan }) };
  }
}

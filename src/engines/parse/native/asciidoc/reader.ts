import type { FlowBlock } from '../../items/flow.ts';
import type { DocumentReader } from '../../reader.ts';
import { FlowCollector } from '../flow-collector.ts';
import { flowDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';
import { asciidocInline } from './inline.ts';
import { asciidocTable } from './tables.ts';

/** Reads AsciiDoc: headings, paragraphs, lists, tables, code. Files that it includes are never opened. */
export const openAsciidoc: DocumentReader = async (input) => {
  const blocks = asciidocBlocks(await readText(input), input.options);
  return flowDocument([{ blocks }], input);
};

interface Options {
  readonly annotateLinks: boolean;
}

export function asciidocBlocks(text: string, options: Options): FlowBlock[] {
  return new AsciidocLines(text.replace(/^\ufeff/, '').split('\n'), options).blocks();
}

const ENTRY = /^(\s*)(\*{1,6}|-|\.{1,6}|\d{1,6}\.)\s+(?:\[([ x*])\]\s+)?(\S.*)$/;
const FENCE = /^(?:-{4,}|\.{4,}|\+{4,}|`{3,}\w*|\/{4,})\s*$/;

class AsciidocLines {
  readonly #lines: readonly string[];
  readonly #options: Options;
  readonly #collector = new FlowCollector();
  #attributes = '';
  #paragraph: string[] = [];
  /** The marks of the lists that are open, outermost first. */
  #open: string[] = [];

  constructor(lines: readonly string[], options: Options) {
    this.#lines = lines;
    this.#options = options;
  }

  blocks(): FlowBlock[] {
    for (let at = 0; at < this.#lines.length;) at = this.#line(at);
    this.#endParagraph();
    return this.#collector.blocks();
  }

  /** Acts on the line. @returns where to go on */
  #line(at: number): number {
    const line = this.#lines[at] ?? '';
    if (FENCE.test(line)) return this.#fenced(at, line.trim());
    if (/^\|={3,}\s*$/.test(line)) return this.#table(at);
    if (/^\|.*\|\s*$/.test(line) && this.#paragraph.length === 0) return this.#looseTable(at);
    if (line.trim() === '') this.#endParagraph();
    else if (
      /^(?:\/\/|:[\w!-]+:|ifn?def::|endif::|include::)/.test(line) ||
      /^(?:\+|--|[=*_]{4,}|'{3,}|<{3,})\s*$/.test(line)
    )
      this.#endParagraph();
    else if (/^\[.*\]\s*$/.test(line)) {
      this.#endParagraph();
      this.#attributes = line;
    } else this.#content(line);
    return at + 1;
  }

  #content(line: string): void {
    const heading = /^(={1,6}|#{1,6})\s+(\S.*)$/.exec(line);
    const image = /^image::[^\s[\]]+\[([^\],]*)/.exec(line);
    const entry = ENTRY.exec(line);
    const title = /^\.([^\s.].*)$/.exec(line);
    const term = /^(\S.*?):{2,4}(?:\s+(.*))?$/.exec(line);
    if (heading)
      this.#add({ kind: 'heading', level: heading[1]?.length ?? 1, content: this.#inline(heading[2] ?? '') });
    else if (image) this.#add({ kind: 'image', caption: (image[1] ?? '').replaceAll('"', '').trim() });
    else if (entry) this.#entry(entry);
    else if (title) this.#add({ kind: 'paragraph', content: this.#inline(title[1] ?? '') });
    else if (term) {
      this.#endParagraph();
      this.#paragraph = [`*${term[1]}*`, ...(term[2] ? [term[2]] : [])];
    } else this.#paragraph.push(line.trim().replace(/ \+$/, ''));
  }

  #entry([, indent = '', mark = '', box, text = '']: RegExpExecArray): void {
    this.#endParagraph();
    const key = `${indent.length} ${/\d/.test(mark) ? '1.' : mark}`;
    const known = this.#open.indexOf(key);
    this.#open = known < 0 ? [...this.#open, key] : this.#open.slice(0, known + 1);
    const checked = box === undefined ? '' : box === ' ' ? '☐ ' : '☑ ';
    this.#collector.addEntry({
      content: this.#inline(checked + text),
      level: this.#open.length - 1,
      ordered: mark.startsWith('.') || /\d/.test(mark),
    });
  }

  #fenced(at: number, fence: string): number {
    this.#endParagraph();
    const end = this.#until(at, (line) => line.trim() === fence.replace(/\w+$/, ''));
    const value = this.#lines.slice(at + 1, end).join('\n');
    const language = /^\[source,\s*([\w+#-]+)/.exec(this.#attributes)?.[1];
    if (!fence.startsWith('/'))
      this.#add({ kind: 'code', value, ...(language !== undefined && { language }) });
    return end + 1;
  }

  #table(at: number): number {
    const end = this.#until(at, (line) => /^\|={3,}\s*$/.test(line));
    const columns = /cols\s*=\s*"?([^"\]]*)/.exec(this.#attributes)?.[1];
    const repeated = /^(\d+)\*/.exec(columns ?? '')?.[1];
    const count = columns === undefined ? undefined : repeated ? Number(repeated) : columns.split(',').length;
    this.#add(...asciidocTable(this.#lines.slice(at + 1, end), count, this.#options));
    return end + 1;
  }

  #looseTable(at: number): number {
    const end = this.#until(at, (line) => !line.startsWith('|'));
    this.#add(...asciidocTable(this.#lines.slice(at, end), undefined, this.#options));
    return end;
  }

  #until(at: number, ends: (line: string) => boolean): number {
    let end = at + 1;
    while (end < this.#lines.length && !ends(this.#lines[end] ?? '')) end += 1;
    return end;
  }

  #add(...blocks: FlowBlock[]): void {
    this.#endParagraph();
    this.#open = [];
    this.#attributes = '';
    this.#collector.add(...blocks);
  }

  #endParagraph(): void {
    if (this.#paragraph.length === 0) return;
    const content = this.#inline(this.#paragraph.join(' '));
    this.#paragraph = [];
    this.#add({ kind: 'paragraph', content });
  }

  #inline(text: string) {
    return asciidocInline(text, this.#options);
  }
}

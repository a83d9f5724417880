import type { Revision } from '../../../model/document.ts';
import type { FlowBlock, Inline } from '../items/flow.ts';
import { linesOf } from './block-lines.ts';
import { nestLists, type LevelledEntry } from './nest-lists.ts';

/** A page of a text document while it is collected. */
export interface CollectedPage<Note> {
  readonly blocks: readonly FlowBlock[];
  /** The section in force where the page begins. */
  readonly section: number;
  /** Notes that its text refers to. */
  readonly notes: readonly Note[];
  readonly revisions: readonly Revision[];
}

interface OpenPage<Note> {
  readonly blocks: FlowBlock[];
  section: number;
  readonly notes: Note[];
  readonly revisions: Revision[];
}

function openPage<Note>(section: number): OpenPage<Note> {
  return { blocks: [], section, notes: [], revisions: [] };
}

/** A list entry with all its paragraphs. */
interface OpenEntry {
  readonly entry: LevelledEntry;
  readonly lines: Inline[];
}

function wholeEntry({ entry, lines }: OpenEntry): LevelledEntry {
  if (lines.length === 1) return entry;
  return { ...entry, content: linesOf(lines.map((content) => ({ kind: 'paragraph', content }))) };
}

interface CodeLine {
  readonly text: string;
  readonly otherwise: Inline;
  /** Set in a style for code; otherwise only in letters of one width, which prose may be, too. */
  readonly certain: boolean;
}

/** Signs that code has and prose set in letters of one width has not. */
const CODE_SIGN = /[{}=<>\\|$]|\w\(|;\s*$|^\s{2,}\S/;

/** Pages that a document of nothing but breaks may have; later breaks are not counted. */
const MOST_PAGES = 50_000;

/** Collects the blocks of a text document in order: list entries and lines of code that follow each other become one block. */
export class FlowCollector<Note = never> {
  readonly #pages: OpenPage<Note>[] = [];
  #page = openPage<Note>(0);
  #entries: OpenEntry[] = [];
  #code: CodeLine[] = [];
  #section = 0;
  #used = false;

  add(...blocks: readonly FlowBlock[]): void {
    if (blocks.length === 0) return;
    this.#flush();
    this.#use();
    for (const block of blocks) this.#page.blocks.push(block);
  }

  addEntry(entry: LevelledEntry): void {
    this.#flushCode();
    this.#use();
    this.#entries.push({ entry, lines: [entry.content] });
  }

  /** A further paragraph of the list entry before; where there is none, it stands for itself. */
  continueEntry(content: Inline): void {
    const last = this.#entries.at(-1);
    if (last) last.lines.push(content);
    else this.add({ kind: 'paragraph', content });
  }

  addCode(line: CodeLine): void {
    this.#flushEntries();
    this.#use();
    this.#code.push(line);
  }

  /** Notes belong to the page that is being collected. */
  addNotes(notes: readonly Note[]): void {
    this.#page.notes.push(...notes);
  }

  /** So do revisions. */
  addRevisions(revisions: readonly Revision[]): void {
    for (const revision of revisions) this.#page.revisions.push(revision);
  }

  /** Begins a page where the document says so; `ifUsed`: unless the current one is still empty. */
  breakPage(options: { readonly ifUsed: boolean }): void {
    this.#flush();
    if (options.ifUsed && !this.#used) return;
    if (this.#pages.length >= MOST_PAGES) return;
    this.#pages.push(this.#page);
    this.#page = openPage(this.#section);
    this.#used = false;
  }

  /** From here on another section is in force. */
  beginSection(section: number): void {
    this.#section = section;
    if (!this.#used) this.#page.section = section;
  }

  /** All pages; a last one without content is none. */
  pages(): readonly CollectedPage<Note>[] {
    this.#flush();
    return this.#used || this.#pages.length === 0 ? [...this.#pages, this.#page] : this.#pages;
  }

  /** Everything, where there are no pages: in cells, text boxes and notes. */
  blocks(): FlowBlock[] {
    return this.pages().flatMap((page) => page.blocks);
  }

  #use(): void {
    if (!this.#used) this.#page.section = this.#section;
    this.#used = true;
  }

  #flush(): void {
    this.#flushEntries();
    this.#flushCode();
  }

  #flushEntries(): void {
    if (this.#entries.length === 0) return;
    for (const list of nestLists(this.#entries.map(wholeEntry))) this.#page.blocks.push(list);
    this.#entries = [];
  }

  #flushCode(): void {
    const lines = this.#code;
    if (lines.length === 0) return;
    this.#code = [];
    const signs = lines.filter((line) => CODE_SIGN.test(line.text.slice(0, 500))).length;
    const isCode = lines.some((line) => line.certain) || signs * 2 >= lines.length;
    if (isCode) this.#page.blocks.push({ kind: 'code', value: lines.map((line) => line.text).join('\n') });
    else for (const line of lines) this.#page.blocks.push({ kind: 'paragraph', content: line.otherwise });
  }
}

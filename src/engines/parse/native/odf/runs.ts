import { textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { Run } from '../../items/inline.ts';
import { elements } from '../../containers/xml.ts';
import { linkAddress } from '../web-address.ts';
import type { OdfContext } from './context.ts';
import { isDrawing, drawingBlocks } from './frames.ts';

/** What a paragraph holds. */
export interface OdfParagraph {
  readonly runs: readonly Run[];
  /** Frames and shapes anchored in it. */
  readonly blocks: readonly FlowBlock[];
  /** A page ended, when the document was last laid out, inside it. */
  readonly pageEnded: boolean;
  /** Everything is set in letters of one width. */
  readonly monospaced: boolean;
}

/** Blanks that one element may stand for. */
const MOST_BLANKS = 1_000;
/** Remarks, marks of changes and declarations, which are not text. */
const NOT_TEXT = new Set([
  'annotation', 'annotation-end', 'change', 'change-start', 'change-end', 'tracked-changes', 'hidden-text',
  'bookmark', 'bookmark-start', 'bookmark-end', 'reference-mark-start', 'reference-mark-end', 'script', 'event-listeners',
]); // prettier-ignore

/** Reads a paragraph's content (OpenDocument 1.3 part 3, 6.1). */
export function paragraphRuns(paragraph: XmlElement, context: OdfContext): OdfParagraph {
  const base = context.styles.style('paragraph', paragraph.attributes['text:style-name']);
  const walk = new RunWalk(context);
  if (!base.hidden)
    walk.content(paragraph, { monospaced: base.monospaced, ...(base.monospaced && { inherited: true }) });
  return walk.finish();
}

interface Look {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly monospaced?: boolean;
  /** The width of letters comes from the paragraph: a word in such letters is not set apart. */
  readonly inherited?: boolean;
  readonly url?: string;
}

class RunWalk {
  readonly #context: OdfContext;
  readonly #runs: Run[] = [];
  readonly #blocks: FlowBlock[] = [];
  #pageEnded = false;
  #blankBefore = true;
  #hasText = false;
  #hasProportional = false;

  constructor(context: OdfContext) {
    this.#context = context;
  }

  finish(): OdfParagraph {
    return {
      runs: this.#runs,
      blocks: this.#blocks,
      pageEnded: this.#pageEnded,
      monospaced: this.#hasText && !this.#hasProportional,
    };
  }

  content(parent: XmlElement, look: Look): void {
    for (const node of parent.children) {
      if (typeof node === 'string') this.#text(node, look);
      else this.#element(node, look);
    }
  }

  #element(node: XmlElement, look: Look): void {
    if (NOT_TEXT.has(node.name)) return;
    if (isDrawing(node)) return void this.#blocks.push(...drawingBlocks(node, this.#context));
    const { numbers } = this.#context;
    switch (node.name) {
      case 's':
        return this.#push(' '.repeat(blanks(node.attributes['text:c'])), look);
      case 'tab':
        return this.#push('\t', look);
      case 'line-break':
        return this.#push('\n', look);
      case 'soft-page-break':
        this.#pageEnded = true;
        return;
      case 'span':
        return this.#span(node, look);
      case 'a': {
        const url = linkAddress(node.attributes['xlink:href']);
        return this.content(node, { ...look, ...(url !== undefined && { url }) });
      }
      case 'note':
        return this.#note(node);
      case 'ruby-text':
        return this.#push(`(${textOf(node)})`, look);
      case 'page-number':
        return numbers ? this.#push(String(numbers.page), look) : this.content(node, look);
      case 'page-count':
        return numbers ? this.#push(String(numbers.pages), look) : this.content(node, look);
      default:
        return this.content(node, look);
    }
  }

  #span(node: XmlElement, look: Look): void {
    const style = this.#context.styles.style('text', node.attributes['text:style-name']);
    if (style.hidden) return;
    this.content(node, {
      ...look,
      ...(style.bold && { bold: true }),
      ...(style.italic && { italic: true }),
      ...(style.strike && { strike: true }),
      ...((style.monospaced || style.code) && { monospaced: true }),
    });
  }

  #note(node: XmlElement): void {
    const citation = elements(node, 'note-citation').map(textOf).join('').trim();
    const [body] = elements(node, 'note-body');
    if (!body) return;
    const kind = node.attributes['text:note-class'] === 'endnote' ? 'endnote' : 'footnote';
    const mark = citation === '' ? '*' : citation;
    this.#context.metNotes.push({ kind, mark, body });
    this.#runs.push({ text: `[${mark}]`, md: `[^${mark}]` });
    this.#blankBefore = false;
  }

  /** Blanks are collapsed (6.1.2): those at the beginning, and behind others, show nothing. */
  #text(text: string, look: Look): void {
    let shown = text.replaceAll(/[ \t\r\n]+/g, ' ');
    if (this.#blankBefore) shown = shown.replace(/^ /, '');
    if (shown === '') return;
    this.#push(shown, look);
    this.#blankBefore = shown.endsWith(' ');
  }

  #push(text: string, { bold, italic, strike, monospaced, inherited, url }: Look): void {
    this.#blankBefore = false;
    if (text.trim() !== '') {
      this.#hasText = true;
      if (!monospaced) this.#hasProportional = true;
    }
    this.#runs.push({
      text,
      ...(bold && { bold }),
      ...(italic && { italic }),
      ...(strike && { strike }),
      ...(monospaced && !inherited && { code: true }),
      ...(url !== undefined && { url }),
    });
  }
}

function blanks(count: string | undefined): number {
  const value = Number(count ?? 1);
  return Number.isInteger(value) ? Math.min(Math.max(value, 0), MOST_BLANKS) : 1;
}

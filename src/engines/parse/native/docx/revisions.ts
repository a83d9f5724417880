import type { Revision } from '../../../../model/document.ts';
import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import { contentOf } from '../ooxml/alternate-content.ts';
import { describeFormat } from './format-change.ts';

/** So much of a text is told as what a revision is about. */
const LONGEST_TARGET = 2_000;
/** What is set apart from the text: properties, codes of fields. Changes of properties are looked for where they matter. */
const NOT_TEXT = /^(?:\w+Pr|tblGrid|instrText|delInstrText|fldData|ffData)$/;
const CHANGES: Readonly<Record<string, Revision['type']>> = {
  ins: 'inserted',
  del: 'deleted',
  moveTo: 'moved_to',
  moveFrom: 'moved_from',
  cellIns: 'inserted',
  cellDel: 'deleted',
};
const SIGNS: Readonly<Record<string, string>> = {
  tab: '\t',
  ptab: '\t',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '-',
};

/** The change that a piece of text is part of. */
interface Change {
  readonly type: Revision['type'];
  readonly author: string | undefined;
  /** Word cuts one change into several; they have the same moment. */
  readonly date: string | undefined;
  /** What became of a format. */
  readonly format?: string;
}

interface OpenText {
  readonly parts: string[];
  length: number;
}

/**
 * Lists tracked changes and comments (ECMA-376 part 1, 17.13) of blocks that are read one after the other. What was taken
 * out is about the paragraph that it stood in, as that reads now; everything else is about its own text.
 */
export class RevisionReader {
  readonly #comments: ReadonlyMap<string, XmlElement>;
  /** Comments whose text has begun. */
  readonly #ranges = new Map<string, OpenText>();
  #found: Revision[][] = [[]];
  #starts: ReadonlySet<XmlElement> = new Set();
  /** The change around the blocks that are being read. */
  #around: Change | undefined;
  #paragraph: OpenText = openText();
  #current: { readonly change: Change; readonly text: string[] } | undefined;
  /** Revisions of the paragraph that wait for its text. */
  #waiting: Omit<Revision, 'target'>[] = [];

  /** @param comments the part that holds them, if there is one */
  constructor(comments: XmlElement | undefined) {
    this.#comments = new Map(
      elements(comments, 'comment').map((comment) => [attribute(comment, 'id') ?? '', comment]),
    );
  }

  /** Reads a block. @returns the revisions that end in it */
  read(block: XmlElement): readonly Revision[] {
    return this.readInParts(block, [])[0] ?? [];
  }

  /** Reads a table that is cut before some of its rows. @returns the revisions of each part */
  readInParts(table: XmlElement, starts: readonly XmlElement[]): readonly (readonly Revision[])[] {
    this.#found = [[]];
    this.#starts = new Set(starts);
    this.#node(table, this.#around);
    this.#endText();
    return this.#found;
  }

  /** Reads blocks that an insertion or a move as a whole stands around. */
  within(node: XmlElement, read: () => void): void {
    const outer = this.#around;
    this.#around = changeOf(node) ?? outer;
    read();
    this.#around = outer;
  }

  #children(parent: XmlElement, change: Change | undefined): void {
    for (const node of contentOf(parent)) this.#node(node, change);
  }

  #node(node: XmlElement, change: Change | undefined): void {
    if (NOT_TEXT.test(node.name)) return;
    switch (node.name) {
      case 'p':
        return this.#readParagraph(node, change);
      case 'r':
        return this.#children(node, change ?? formatOf(child(node, 'rPr'), 'rPrChange'));
      case 't':
      case 'delText':
        for (const text of node.children) if (typeof text === 'string') this.#text(text, change);
        return;
      case 'tr':
        if (this.#starts.has(node)) this.#found.push([]);
        return this.#children(node, changeIn(child(node, 'trPr'), ['ins', 'del']) ?? change);
      case 'tc':
        return this.#children(node, changeIn(child(node, 'tcPr'), ['cellIns', 'cellDel']) ?? change);
      case 'commentRangeStart':
        return void this.#ranges.set(attribute(node, 'id') ?? '', openText());
      case 'commentRangeEnd':
        return;
      // It stands behind the end of its range, and there only, when the comment is about a place.
      case 'commentReference':
        return this.#comment(attribute(node, 'id') ?? '');
      default: {
        const sign = SIGNS[node.name];
        if (sign !== undefined) return this.#text(sign, change);
        return this.#children(node, changeOf(node) ?? change);
      }
    }
  }

  /** Paragraphs of text boxes stand inside others. */
  #readParagraph(node: XmlElement, change: Change | undefined): void {
    this.#endText();
    const outer = { paragraph: this.#paragraph, waiting: this.#waiting };
    this.#paragraph = openText();
    this.#waiting = [];
    this.#children(node, change);
    this.#endText();
    const target = this.#paragraph.parts.join('').trim();
    const format = formatOf(child(node, 'pPr'), 'pPrChange');
    if (format && target !== '') this.#waiting.push(revisionOf(format, format.format ?? ''));
    for (const revision of this.#waiting) this.#emit({ ...revision, target });
    this.#paragraph = outer.paragraph;
    this.#waiting = outer.waiting;
    for (const range of this.#ranges.values()) append(range, '\n');
  }

  #text(text: string, change: Change | undefined): void {
    const isGone = change?.type === 'deleted' || change?.type === 'moved_from';
    if (!isGone) {
      append(this.#paragraph, text);
      for (const [id, range] of this.#ranges) {
        append(range, text);
        // What is full is not looked at again, however many ranges lie over each other.
        if (range.length >= LONGEST_TARGET) this.#fill(id, range);
      }
    }
    if (this.#current && change && isSame(this.#current.change, change)) {
      this.#current.text.push(text);
      return;
    }
    this.#endText();
    if (change) this.#current = { change, text: [text] };
  }

  readonly #full = new Map<string, OpenText>();

  #fill(id: string, range: OpenText): void {
    this.#ranges.delete(id);
    this.#full.set(id, range);
  }

  #endText(): void {
    const current = this.#current;
    this.#current = undefined;
    if (!current) return;
    const { change } = current;
    const text = current.text.join('');
    if (text.trim() === '') return;
    const revision = revisionOf(change, change.format ?? text);
    if (change.type === 'deleted' || change.type === 'moved_from') this.#waiting.push(revision);
    else this.#emit({ ...revision, target: text.slice(0, LONGEST_TARGET) });
  }

  #comment(id: string): void {
    const comment = this.#comments.get(id);
    const range = this.#ranges.get(id) ?? this.#full.get(id);
    this.#ranges.delete(id);
    this.#full.delete(id);
    if (!comment) return;
    this.#endText();
    const target = range?.parts.join('').trim() ?? '';
    const author = attribute(comment, 'author');
    this.#emit({ type: 'comment', target, content: textBelow(comment), ...(author && { author }) });
  }

  #emit({ type, target, content, author }: Revision): void {
    this.#found.at(-1)?.push({ type, target, content, ...(author !== undefined && { author }) });
  }
}

function openText(): OpenText {
  return { parts: [], length: 0 };
}

function append(open: OpenText, text: string): void {
  const room = LONGEST_TARGET - open.length;
  if (room <= 0) return;
  open.parts.push(text.slice(0, room));
  open.length += Math.min(room, text.length);
}

function changeOf(node: XmlElement | undefined): Change | undefined {
  const type = node && CHANGES[node.name];
  return type && { type, author: attribute(node, 'author'), date: attribute(node, 'date') };
}

function changeIn(properties: XmlElement | undefined, names: readonly string[]): Change | undefined {
  return changeOf(elements(properties).find((node) => names.includes(node.name)));
}

function formatOf(properties: XmlElement | undefined, name: 'rPrChange' | 'pPrChange'): Change | undefined {
  const change = child(properties, name);
  if (!properties || !change) return undefined;
  return {
    type: 'formatted',
    author: attribute(change, 'author'),
    date: attribute(change, 'date'),
    format: describeFormat(properties, change),
  };
}

function isSame(a: Change, b: Change): boolean {
  return a.type === b.type && a.author === b.author && a.date === b.date && a.format === b.format;
}

function revisionOf({ type, author }: Change, content: string): Omit<Revision, 'target'> {
  return { type, content, ...(author !== undefined && { author }) };
}

/** A comment's paragraphs, one on each line. */
function textBelow(comment: XmlElement): string {
  const written = (node: XmlElement): string => {
    if (NOT_TEXT.test(node.name)) return '';
    if (node.name === 't') return node.children.filter((text) => typeof text === 'string').join('');
    return SIGNS[node.name] ?? contentOf(node).map(written).join('');
  };
  return elements(comment).map(written).join('\n').trim();
}

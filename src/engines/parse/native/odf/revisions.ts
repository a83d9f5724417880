import type { Revision } from '../../../../model/document.ts';
import { child, elements, textOf, type XmlElement } from '../../containers/xml.ts';

/** So much of a text is told as what a revision is about. */
const LONGEST_TARGET = 2_000;
/** Text that is not part of the line that it is written in. */
const ASIDE = new Set(['note', 'tracked-changes', 'title', 'desc', 'event-listeners', 'script', 'forms']);

/** A text that is being gathered for a revision. */
interface OpenText {
  readonly parts: string[];
  length: number;
}

interface Region {
  readonly kind: 'inserted' | 'deleted' | 'formatted';
  readonly author: string | undefined;
  /** What was taken out. */
  readonly removed: string;
}

/**
 * Lists tracked changes and comments (OpenDocument 1.3 part 3, 5.5 and 14.1) of blocks that are read one after the other.
 * What was taken out is about the paragraph that it stood in, as that reads now.
 */
export class OdfRevisionReader {
  readonly #regions: ReadonlyMap<string, Region>;
  /** Names of comments that say where they end. */
  readonly #ended: ReadonlySet<string>;
  readonly #ranges = new Map<string, OpenText>();
  readonly #comments = new Map<string, XmlElement>();
  readonly #full = new Map<string, OpenText>();
  #found: Revision[] = [];
  #paragraph: OpenText = openText();
  #waiting: Omit<Revision, 'target'>[] = [];

  /** @param text the document's `office:text` */
  constructor(text: XmlElement) {
    this.#regions = regionsOf(child(text, 'tracked-changes'));
    this.#ended = new Set(namesOfEnds(text));
  }

  /** Reads a block. @returns the revisions that end in it */
  read(block: XmlElement): readonly Revision[] {
    this.#found = [];
    this.#node(block);
    return this.#found;
  }

  #children(node: XmlElement): void {
    for (const inner of node.children) {
      if (typeof inner === 'string') this.#text(inner.replaceAll(/\s+/g, ' '));
      else this.#node(inner);
    }
  }

  #node(node: XmlElement): void {
    if (ASIDE.has(node.name)) return;
    switch (node.name) {
      case 'p':
      case 'h':
        return this.#readParagraph(node);
      case 's':
        return this.#text(' ');
      case 'tab':
        return this.#text('\t');
      case 'line-break':
        return this.#text('\n');
      case 'change-start':
        return void this.#ranges.set(`change ${node.attributes['text:change-id']}`, openText());
      case 'change-end':
        return this.#endChange(node.attributes['text:change-id'] ?? '');
      case 'change':
        return this.#removal(node.attributes['text:change-id'] ?? '');
      case 'annotation':
        return this.#beginComment(node);
      case 'annotation-end':
        return this.#endComment(node.attributes['office:name'] ?? '');
      default:
        return this.#children(node);
    }
  }

  /** Paragraphs of frames stand inside others. */
  #readParagraph(node: XmlElement): void {
    const outer = { paragraph: this.#paragraph, waiting: this.#waiting };
    this.#paragraph = openText();
    this.#waiting = [];
    this.#children(node);
    const target = this.#paragraph.parts.join('').trim();
    for (const revision of this.#waiting) this.#found.push({ ...revision, target });
    this.#paragraph = outer.paragraph;
    this.#waiting = outer.waiting;
    for (const range of this.#ranges.values()) append(range, '\n');
  }

  #text(text: string): void {
    append(this.#paragraph, text);
    for (const [key, range] of this.#ranges) {
      append(range, text);
      if (range.length < LONGEST_TARGET) continue;
      this.#ranges.delete(key);
      this.#full.set(key, range);
    }
  }

  /** Ends a range. @returns its text; undefined when it has not begun */
  #end(key: string): string | undefined {
    const range = this.#ranges.get(key) ?? this.#full.get(key);
    this.#ranges.delete(key);
    this.#full.delete(key);
    return range?.parts.join('').trim();
  }

  #endChange(id: string): void {
    const region = this.#regions.get(id);
    const target = this.#end(`change ${id}`);
    if (!region || !target || region.kind === 'deleted') return;
    const content = region.kind === 'formatted' ? 'format' : target;
    this.#found.push({ ...revisionOf(region, content), target });
  }

  #removal(id: string): void {
    const region = this.#regions.get(id);
    if (region?.kind === 'deleted' && region.removed !== '')
      this.#waiting.push(revisionOf(region, region.removed));
  }

  #beginComment(node: XmlElement): void {
    const name = node.attributes['office:name'];
    if (name === undefined || !this.#ended.has(name)) return this.#comment(node, '');
    this.#comments.set(name, node);
    this.#ranges.set(`comment ${name}`, openText());
  }

  #endComment(name: string): void {
    const node = this.#comments.get(name);
    this.#comments.delete(name);
    const target = this.#end(`comment ${name}`);
    if (node) this.#comment(node, target ?? '');
  }

  #comment(node: XmlElement, target: string): void {
    const author = authorIn(node);
    const content = paragraphsOf(node);
    this.#found.push({ type: 'comment', target, content, ...(author !== undefined && { author }) });
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

function revisionOf({ kind, author }: Region, content: string): Omit<Revision, 'target'> {
  return { type: kind, content, ...(author !== undefined && { author }) };
}

const KINDS: Readonly<Record<string, Region['kind']>> = {
  insertion: 'inserted',
  deletion: 'deleted',
  'format-change': 'formatted',
};

function regionsOf(changes: XmlElement | undefined): Map<string, Region> {
  const regions = new Map<string, Region>();
  for (const region of elements(changes, 'changed-region')) {
    const id = region.attributes['text:id'] ?? region.attributes['xml:id'];
    const [change] = elements(region);
    const kind = change && KINDS[change.name];
    if (id === undefined || !kind) continue;
    const author = authorIn(child(change, 'change-info'));
    regions.set(id, { kind, author, removed: kind === 'deleted' ? paragraphsOf(change) : '' });
  }
  return regions;
}

function authorIn(node: XmlElement | undefined): string | undefined {
  const author = child(node, 'creator');
  const name = author && textOf(author).trim();
  return name === '' ? undefined : name;
}

/** The paragraphs inside, one on each line; who wrote them and when stands beside. */
function paragraphsOf(node: XmlElement): string {
  const beside = new Set([
    'creator',
    'date',
    'date-string',
    'creator-initials',
    'change-info',
    'meta-date-string',
  ]);
  return elements(node)
    .filter(({ name }) => !beside.has(name))
    .map((one) => textOf(one).replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text !== '')
    .join('\n');
}

function* namesOfEnds(parent: XmlElement): Generator<string> {
  for (const node of elements(parent)) {
    if (node.name === 'annotation-end') yield node.attributes['office:name'] ?? '';
    else yield* namesOfEnds(node);
  }
}

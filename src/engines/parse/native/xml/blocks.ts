import type { ParseOptions } from '../../../../model/parse-options.ts';
import { attribute, elements, textOf, type XmlElement, type XmlNode } from '../../containers/xml.ts';
import type { FlowBlock, FlowListEntry, Inline } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { htmlBlocks } from '../html/reader.ts';
import { chosenAlternative, isFormula } from './formulas.ts';
import { hasOwnText, inlineOfNodes } from './inline.ts';
import { affiliationBlocks, contributorBlocks } from './jats.ts';
import { tableBlock } from './tables.ts';
import {
  ARTICLE_DATA,
  BLOCKS,
  CAPTIONED,
  CITATIONS,
  CODE,
  ENTRIES,
  IMPLIED_TITLES,
  LISTS,
  PARAGRAPHS,
  SILENT,
  TABLES,
  TITLES,
} from './vocabulary.ts';

const DEEPEST = 100;
/** Longer values are paragraphs of their own. */
const LONGEST_RECORD = 300;

/** Walks a document of any vocabulary: titles of nested sections, paragraphs, lists, tables, code. */
export class XmlWalk {
  readonly #options: ParseOptions;
  readonly #title: XmlElement | undefined;
  readonly #holdsBlocks = new Map<XmlElement, boolean>();

  /** @param title the document's title, which has been shown already */
  constructor(options: ParseOptions, title: XmlElement | undefined) {
    this.#options = options;
    this.#title = title;
  }

  blocks(element: XmlElement, level: number, depth = 0): FlowBlock[] {
    const name = element.name.toLowerCase();
    if (SILENT.has(name) || element === this.#title) return [];
    if (depth > DEEPEST) return paragraph(plainInline(textOf(element).replaceAll(/\s+/g, ' ').trim()));
    if (name === 'contrib-group') return contributorBlocks(element);
    if (name === 'aff') return affiliationBlocks(element);
    if (CITATIONS.has(name)) return paragraph(inlineOfNodes([element], this.#options));
    if (TITLES.has(name)) return this.#heading(element, level);
    if (name === 'alternatives')
      return chosenAlternative(element).flatMap((one) => this.blocks(one, level, depth + 1));
    const table = TABLES.has(name) ? tableBlock(element, this.#options) : [];
    if (table.length > 0) return table;
    if (CODE.has(name)) return codeBlock(textOf(element));
    const implied = this.#impliedTitle(element, name, level);
    const inner = implied.length > 0 ? level + 1 : level;
    if (LISTS.has(name)) return [...implied, ...this.#list(element, inner, depth)];
    if (CAPTIONED.has(name)) return this.#captioned(element, level, depth);
    if (isMarkup(element)) return htmlBlocks(textOf(element), this.#options);
    if (isFormula(element)) return paragraph(inlineOfNodes([element], this.#options));
    if (hasOwnText(element) || PARAGRAPHS.has(name) || (depth > 0 && this.#isRecord(element)))
      return [...implied, ...this.#mixed(element, inner, depth)];
    return [...implied, ...this.#parts(element, name, level, inner, depth)];
  }

  /** What a section holds; its number stands before its title. */
  #parts(element: XmlElement, name: string, level: number, inner: number, depth: number): FlowBlock[] {
    const all = elements(element);
    const parts = name === 'article-meta' ? all.filter((one) => ARTICLE_DATA.has(one.name)) : all;
    const title = parts.find((one) => isTitle(one) && one !== this.#title);
    const label = title && parts.find((one) => one.name === 'label');
    const below = title && !isFlat(element) ? level + 1 : inner;
    return parts.flatMap((one) => {
      if (one === label) return [];
      if (one === title && label)
        return this.#heading({ ...one, children: [...label.children, ' ', ...one.children] }, level);
      return this.blocks(one, isTitle(one) ? level : below, depth + 1);
    });
  }

  #heading(element: XmlElement, level: number): FlowBlock[] {
    const content = inlineOfNodes(element.children, this.#options);
    const given = Number(attribute(element, 'level') ?? attribute(element, 'lvl') ?? 1);
    const deeper = Number.isInteger(given) && given > 1 ? given - 1 : 0;
    return content.text === '' ? [] : [{ kind: 'heading', level: level + deeper, content }];
  }

  #impliedTitle(element: XmlElement, name: string, level: number): FlowBlock[] {
    const title = IMPLIED_TITLES[name];
    if (title === undefined || elements(element).some(isTitle)) return [];
    return [{ kind: 'heading', level, content: plainInline(title) }];
  }

  /** Text with blocks in it: a paragraph that they interrupt. */
  #mixed(element: XmlElement, level: number, depth: number): FlowBlock[] {
    const blocks: FlowBlock[] = [];
    let loose: XmlNode[] = [];
    const standsAlone = element.name.toLowerCase() === 'disp-formula';
    const end = () => {
      blocks.push(...paragraph(inlineOfNodes(spaced(loose, element), this.#options, standsAlone)));
      loose = [];
    };
    for (const node of element.children) {
      if (typeof node !== 'string' && (isBlock(node) || this.#hasBlocks(node))) {
        end();
        // One by one: a call takes only so many arguments, and a document may have more blocks.
        for (const block of this.blocks(node, level, depth + 1)) blocks.push(block);
      } else loose.push(node);
    }
    end();
    return blocks;
  }

  /** The label, the caption's title and its text as one line, then what the caption belongs to. */
  #captioned(element: XmlElement, level: number, depth: number): FlowBlock[] {
    const isCaption = (one: XmlElement) => /^(?:label|caption|title)$/.test(one.name.toLowerCase());
    const parts = elements(element)
      .filter(isCaption)
      .flatMap((one) => {
        const lines = elements(one).some(isBlock) ? elements(one) : [one];
        return lines.flatMap((line) => paragraph(inlineOfNodes(line.children, this.#options)));
      });
    const caption = linesOf(parts);
    return [
      ...paragraph({
        ...caption,
        text: caption.text.replaceAll('\n', ' '),
        md: caption.md.replaceAll('\n', ' '),
      }),
      ...elements(element)
        .filter((one) => !isCaption(one))
        .flatMap((one) => this.blocks(one, level, depth + 1)),
    ];
  }

  #list(element: XmlElement, level: number, depth: number): FlowBlock[] {
    const before: FlowBlock[] = [];
    const entries: FlowListEntry[] = [];
    for (const one of elements(element)) {
      if (ENTRIES.has(one.name.toLowerCase())) entries.push(...this.#entry(one, depth));
      else for (const block of this.blocks(one, level, depth + 1)) before.push(block);
    }
    const kind = attribute(element, 'list-type') ?? attribute(element, 'numeration') ?? '';
    const ordered = /^o/i.test(element.name) || /order|number|arabic|alpha|roman/i.test(kind);
    return entries.length > 0 ? [...before, { kind: 'list', ordered, entries }] : before;
  }

  #entry(element: XmlElement, depth: number): FlowListEntry[] {
    // The mark of the entry is what the list gives it.
    const children = element.children.filter((node) => typeof node === 'string' || node.name !== 'label');
    const blocks = this.#mixed({ ...element, children }, 6, depth + 1);
    const lists = blocks.filter((block) => block.kind === 'list');
    const content = linesOf(blocks.filter((block) => block.kind !== 'list'));
    if (content.text === '' && lists.length === 0) return [];
    return [{ content, ...(lists.length > 0 && { lists }) }];
  }

  /** Short values beside each other, such as the parts of a name, are read as one line. */
  #isRecord(element: XmlElement): boolean {
    const parts = elements(element);
    if (parts.length === 0) return true;
    return (
      !this.#hasBlocks(element) &&
      parts.every((one) => elements(one).length === 0) &&
      textOf(element).length <= LONGEST_RECORD
    );
  }

  /** Whether blocks stand anywhere below. */
  #hasBlocks(element: XmlElement): boolean {
    if (CITATIONS.has(element.name.toLowerCase())) return false;
    const known = this.#holdsBlocks.get(element);
    if (known !== undefined) return known;
    const found = elements(element).some((one) => isBlock(one) || isMarkup(one) || this.#hasBlocks(one));
    this.#holdsBlocks.set(element, found);
    return found;
  }
}

function isTitle(element: XmlElement): boolean {
  return TITLES.has(element.name.toLowerCase());
}

function isBlock(element: XmlElement): boolean {
  return BLOCKS.has(element.name.toLowerCase());
}

/** Headings that stand beside what they head, as in patents, not around it. */
function isFlat(element: XmlElement): boolean {
  return elements(element).filter(isTitle).length > 1;
}

/** Data without text of its own stand apart. */
function spaced(nodes: readonly XmlNode[], parent: XmlElement): readonly XmlNode[] {
  return hasOwnText(parent) ? nodes : nodes.flatMap((node) => [node, ' ']);
}

/** Markup that is written as text, as XBRL does with notes. */
function isMarkup(element: XmlElement): boolean {
  if (elements(element).length > 0) return false;
  const start = element.children.find((node) => typeof node === 'string' && node.trim() !== '');
  return typeof start === 'string' && /^\s*<[a-z][^<>]*>/i.test(start) && textOf(element).includes('</');
}

function codeBlock(text: string): FlowBlock[] {
  const value = text.replace(/^\n/, '').trimEnd();
  return value.trim() === '' ? [] : [{ kind: 'code', value }];
}

function paragraph(content: Inline): FlowBlock[] {
  return content.text === '' ? [] : [{ kind: 'paragraph', content }];
}

import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { Run } from '../../items/inline.ts';
import { contentOf } from '../ooxml/alternate-content.ts';
import { mathRuns } from '../ooxml/drawing-ml.ts';
import { isOn, relationshipId } from '../ooxml/package.ts';
import { symbolSign, symbolText } from '../ooxml/symbols.ts';
import { linkAddress } from '../web-address.ts';
import type { DocxContext } from './context.ts';
import { drawingBlocks } from './drawings.ts';
import { hyperlinkOf, shownNumber } from './fields.ts';
import { isMonospaced } from './monospace.ts';
import { lookOf, mergeLooks, type RunLook } from './styles.ts';
import { isRemoved } from './tracked-changes.ts';

/** What a paragraph holds between two page breaks. */
export interface ParagraphPiece {
  readonly runs: Run[];
  /** Pictures and text boxes that are anchored in it. */
  readonly blocks: FlowBlock[];
}

export interface ParagraphContent {
  /** One more than there are page breaks in it. */
  readonly pieces: readonly ParagraphPiece[];
  /** Where Word last found a page to end: before the paragraph, or somewhere inside it. */
  readonly pageEnded: 'before' | 'inside' | undefined;
  /** Everything is set in letters of one width. */
  readonly monospaced: boolean;
}

/** Reads the content of a paragraph (ECMA-376 part 1, 17.3.1.22). @param inherited how its style makes runs look */
export function paragraphContent(
  paragraph: XmlElement,
  context: DocxContext,
  inherited: RunLook,
): ParagraphContent {
  const walk = new ContentWalk(context, inherited);
  walk.content(paragraph, undefined);
  context.fields.endParagraph();
  return walk.finish();
}

class ContentWalk {
  readonly #context: DocxContext;
  readonly #inherited: RunLook;
  readonly #pieces: ParagraphPiece[] = [{ runs: [], blocks: [] }];
  #pageEnded: ParagraphContent['pageEnded'];
  #hasText = false;
  #hasProportional = false;

  constructor(context: DocxContext, inherited: RunLook) {
    this.#context = context;
    this.#inherited = inherited;
  }

  finish(): ParagraphContent {
    const monospaced = this.#hasText && !this.#hasProportional;
    return { pieces: this.#pieces, pageEnded: this.#pageEnded, monospaced };
  }

  content(parent: XmlElement, url: string | undefined): void {
    for (const node of contentOf(parent)) {
      if (isRemoved(node)) continue;
      switch (node.name) {
        case 'r':
          this.#run(node, url);
          break;
        case 'hyperlink':
          this.content(node, this.#linkOf(node) ?? url);
          break;
        case 'fldSimple':
          this.#simpleField(node, url);
          break;
        case 'sdt':
          for (const inner of elements(node, 'sdtContent')) this.content(inner, url);
          break;
        case 'oMath':
        case 'oMathPara':
          this.#push(...mathRuns(node));
          break;
        case 'ruby':
          this.#ruby(node, url);
          break;
        case 'ins':
        case 'moveTo':
        case 'smartTag':
        case 'customXml':
        case 'dir':
        case 'bdo':
          this.content(node, url);
          break;
      }
    }
  }

  #linkOf(hyperlink: XmlElement): string | undefined {
    const target = this.#context.relationships.get(relationshipId(hyperlink) ?? '');
    return target?.external ? linkAddress(target.target) : undefined;
  }

  #simpleField(field: XmlElement, url: string | undefined): void {
    const instruction = attribute(field, 'instr') ?? '';
    const shown = shownNumber(instruction, this.#context.numbers);
    if (shown === undefined) this.content(field, hyperlinkOf(instruction) ?? url);
    else this.#push({ text: shown });
  }

  /** Readings above a text stand behind it in brackets. */
  #ruby(ruby: XmlElement, url: string | undefined): void {
    for (const base of elements(ruby, 'rubyBase')) this.content(base, url);
    const reading = elements(ruby, 'rt').map(textOf).join('').trim();
    if (reading !== '') this.#push({ text: `(${reading})` });
  }

  #run(run: XmlElement, url: string | undefined): void {
    const properties = child(run, 'rPr');
    const style = this.#context.styles.run(attribute(child(properties, 'rStyle'), 'val'));
    const own = mergeLooks([style, lookOf(properties)]);
    if (own.hidden ?? this.#inherited.hidden) return this.#hiddenRun(run);
    const font = own.font ?? this.#inherited.font;
    for (const node of contentOf(run)) {
      if (isRemoved(node)) continue;
      this.#runNode(node, own, font, url);
    }
  }

  /** Fields begin and end in hidden runs, too. */
  #hiddenRun(run: XmlElement): void {
    for (const node of contentOf(run))
      if (node.name === 'fldChar' || node.name === 'instrText') this.#fieldNode(node);
  }

  #runNode(node: XmlElement, look: RunLook, font: string | undefined, url: string | undefined): void {
    switch (node.name) {
      case 't':
        return this.#text(symbolText(font, textOf(node)), look, font, url);
      case 'tab':
      case 'ptab':
        return this.#text('\t', look, font, url);
      case 'br':
        return this.#break(attribute(node, 'type'), look, url);
      case 'cr':
        return this.#text('\n', look, font, url);
      case 'noBreakHyphen':
        return this.#text('-', look, font, url);
      case 'sym': {
        const code = Number.parseInt(attribute(node, 'char') ?? '', 16);
        if (!Number.isNaN(code)) this.#text(symbolSign(attribute(node, 'font'), code), look, font, url);
        return;
      }
      case 'lastRenderedPageBreak':
        if (this.#pieces.length === 1) this.#pageEnded ??= this.#hasText ? 'inside' : 'before';
        return;
      case 'fldChar':
      case 'instrText':
        return this.#fieldNode(node);
      case 'footnoteReference':
      case 'endnoteReference':
        return this.#noteMark(node);
      case 'drawing':
      case 'pict':
      case 'object':
        return void this.#piece().blocks.push(...drawingBlocks(node, this.#context));
      case 'ruby':
        return this.#ruby(node, url);
    }
  }

  #break(type: string | undefined, look: RunLook, url: string | undefined): void {
    if (type === 'page') this.#pieces.push({ runs: [], blocks: [] });
    else this.#text('\n', look, undefined, url);
  }

  #fieldNode(node: XmlElement): void {
    const { fields } = this.#context;
    if (node.name === 'instrText') return fields.addInstruction(textOf(node));
    let shown: string | undefined;
    switch (attribute(node, 'fldCharType')) {
      case 'begin':
        this.#push(...formFieldRuns(child(node, 'ffData')));
        return fields.begin();
      case 'separate':
        shown = fields.separate();
        break;
      case 'end':
        shown = fields.end();
        break;
    }
    if (shown !== undefined) this.#push({ text: shown });
  }

  #noteMark(node: XmlElement): void {
    const kind = node.name === 'footnoteReference' ? 'footnote' : 'endnote';
    const reference = this.#context.notes.refer(kind, attribute(node, 'id'));
    if (!reference) return;
    const { note, first } = reference;
    if (first) this.#context.metNotes.push(note);
    this.#push({ text: `[${note.mark}]`, md: `[^${note.mark}]` });
  }

  #text(text: string, look: RunLook, font: string | undefined, fromParent: string | undefined): void {
    if (text === '' || this.#context.fields.hides) return;
    const monospaced = isMonospaced(font);
    if (text.trim() !== '') {
      this.#hasText = true;
      if (!monospaced && !look.code) this.#hasProportional = true;
    }
    const url = fromParent ?? this.#context.fields.url;
    const code = (look.code ?? false) || (monospaced && look.font !== undefined);
    this.#push({
      text,
      ...(look.bold && { bold: true }),
      ...(look.italic && { italic: true }),
      ...(look.strike && { strike: true }),
      ...(code && { code: true }),
      ...(url !== undefined && { url }),
    });
  }

  #push(...runs: Run[]): void {
    if (runs.some((run) => run.md !== undefined)) this.#hasProportional = true;
    this.#piece().runs.push(...runs);
  }

  #piece(): ParagraphPiece {
    return this.#pieces[this.#pieces.length - 1] as ParagraphPiece;
  }
}

/** Old form fields (17.16.17): a check box is drawn, and a list shows the entry that is chosen. */
function formFieldRuns(data: XmlElement | undefined): Run[] {
  const box = child(data, 'checkBox');
  if (box) return [{ text: isOn(child(box, 'checked') ?? child(box, 'default') ?? OFF) ? '☒' : '☐' }];
  const list = child(data, 'ddList');
  const chosen = Number(attribute(child(list, 'result') ?? child(list, 'default'), 'val') ?? 0);
  const text = attribute(elements(list, 'listEntry')[chosen], 'val');
  return text === undefined ? [] : [{ text }];
}

const OFF: XmlElement = { name: 'default', prefix: '', attributes: { val: '0' }, children: [] };

import { decodeCodePage } from '../../containers/code-pages.ts';
import type { FlowBlock, Inline } from '../../items/flow.ts';
import { linesOf } from '../block-lines.ts';
import { symbolText } from '../ooxml/symbols.ts';
import { linkAddress } from '../web-address.ts';
import { RtfBody, type ParagraphLook } from './body.ts';
import { destinationOf, SIGNS, SYMBOLS, type Destination } from './destinations.ts';
import { FontTable } from './fonts.ts';
import { firstState, type GroupState } from './group-state.ts';
import { RtfPicture } from './picture.ts';
import { StyleTable } from './styles.ts';
import type { RtfToken } from './tokens.ts';

/** Deeper groups share the state of the last one. */
const DEEPEST = 1_000;
const LONGEST_INSTRUCTION = 4_000;
/** Bytes that wait to be decoded together. */
const MOST_PENDING = 64 * 1024;

/** Words that switch a look on, or off with the value 0. Deleted text is not part of the document. */
const SWITCHES: Readonly<Record<string, 'bold' | 'italic' | 'strike' | 'hidden'>> = {
  b: 'bold', i: 'italic', strike: 'strike', striked: 'strike', v: 'hidden', deleted: 'hidden',
}; // prettier-ignore

/** Follows the tokens of an RTF document and collects what it shows. */
export class RtfInterpreter {
  readonly #options: { readonly annotateLinks: boolean };
  readonly #main: RtfBody;
  readonly #fonts = new FontTable();
  readonly #styles = new StyleTable();
  readonly #notes: FlowBlock[] = [];
  readonly #stack: GroupState[] = [];
  #state: GroupState;
  #tooDeep = 0;
  #paragraph: ParagraphLook = { inTable: false, headingLevel: undefined, listLevel: 0 };
  #codePage = 1252;
  #bytes: number[] = [];
  #toSkip = 0;
  #ignorable = false;
  #atGroupStart = false;
  #instruction = '';
  #continuousSection = false;
  header: Inline | undefined;
  footer: Inline | undefined;

  constructor(options: { readonly annotateLinks: boolean }) {
    this.#options = options;
    this.#main = new RtfBody(options);
    this.#state = firstState(this.#main);
  }

  token(token: RtfToken): void {
    switch (token.kind) {
      case 'open':
        return this.#open();
      case 'close':
        return this.#close();
      case 'ignorable':
        this.#ignorable = this.#atGroupStart;
        return;
      case 'word':
        this.#flushBytes();
        return this.#word(token.name, token.value);
      case 'symbol':
        this.#flushBytes();
        if (token.sign === '\n' || token.sign === '\r') return this.#endParagraph();
        return this.#text(SYMBOLS[token.sign] ?? '');
      case 'byte':
        if (this.#toSkip > 0) this.#toSkip -= 1;
        else this.#bytes.push(token.byte);
        return;
      case 'raw':
        return this.#state.destination === 'picture' ? this.#state.picture?.raw(token.bytes) : undefined;
      case 'text':
        return this.#rawText(token.text);
    }
  }

  /** Groups that have not ended: none in a whole document, once all of it was read. */
  get openGroups(): number {
    return this.#stack.length + this.#tooDeep;
  }

  /** The pages of the document; notes stand at the end of the last. */
  finish(): FlowBlock[][] {
    this.#flushBytes();
    while (this.#stack.length > 0) this.#close();
    const pages = this.#main.pages(this.#paragraph);
    if (this.#notes.length > 0) pages.push([...(pages.pop() ?? []), ...this.#notes]);
    return pages;
  }

  #open(): void {
    this.#flushBytes();
    this.#atGroupStart = true;
    this.#ignorable = false;
    if (this.#stack.length >= DEEPEST) {
      this.#tooDeep += 1;
      return;
    }
    this.#stack.push(this.#state);
    this.#state = { ...this.#state, onClose: undefined };
  }

  #close(): void {
    this.#flushBytes();
    this.#toSkip = 0;
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    this.#state.onClose?.();
    this.#state = this.#stack.pop() ?? this.#state;
  }

  #rawText(text: string): void {
    this.#atGroupStart = false;
    const skipped = Math.min(this.#toSkip, text.length);
    this.#toSkip -= skipped;
    if (this.#state.destination === 'skip') return;
    if (this.#state.destination === 'picture') return this.#state.picture?.text(text);
    for (let index = skipped; index < text.length; index += 1) {
      this.#bytes.push(text.charCodeAt(index));
      if (this.#bytes.length >= MOST_PENDING) this.#flushBytes();
    }
  }

  /** Bytes are decoded together: a sign may take two of them. */
  #flushBytes(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    const font = this.#fonts.font(this.#state.font);
    const text = decodeCodePage(bytes, font?.codePage ?? this.#codePage);
    this.#text(this.#state.destination === 'fonts' || !font ? text : symbolText(font.name, text));
  }

  #text(text: string): void {
    if (text === '') return;
    const { destination, body, bold, italic, strike, hidden, url } = this.#state;
    switch (destination) {
      case 'skip':
      case 'picture':
        return;
      case 'fonts':
        return this.#fonts.text(text);
      case 'styles':
        return this.#styles.text(text);
      case 'instruction':
        if (this.#instruction.length < LONGEST_INSTRUCTION) this.#instruction += text;
        return;
      case 'marker':
        return body.addMarker(text);
      default:
        if (!hidden) body.addRun({ text, bold, italic, strike, ...(url !== undefined && { url }) });
    }
  }

  #word(name: string, value: number | undefined): void {
    if (this.#atGroupStart) {
      this.#atGroupStart = false;
      const destination = destinationOf(name, this.#ignorable);
      this.#ignorable = false;
      if (destination) return this.#enter(destination);
      if (name === 'field') this.#state.field = {};
      if (name === 'fldrslt') this.#state.url = this.#state.field?.url ?? this.#state.url;
    }
    const { destination } = this.#state;
    if (destination === 'skip') return;
    if (destination === 'picture') return this.#state.picture?.word(name);
    if (destination === 'fonts') return this.#fonts.word(name, value);
    if (destination === 'styles') {
      if (this.#styles.begins(name, value)) this.#state.onClose = () => this.#styles.end();
      return;
    }
    this.#textWord(name, value);
  }

  #enter(destination: Destination): void {
    const state = this.#state;
    if (state.destination === 'skip') return;
    const outer = state.body;
    state.destination = destination;
    if (destination === 'picture') return this.#enterPicture(state);
    if (destination === 'instruction') {
      this.#instruction = '';
      const { field } = state;
      state.onClose = () => {
        const url = linkAddress(
          /HYPERLINK\s+(?:"([^"]*)"|([^\s"\\]+))/i.exec(this.#instruction)?.slice(1).find(Boolean),
        );
        if (field && url !== undefined) field.url = url;
      };
      return;
    }
    if (
      destination !== 'header' &&
      destination !== 'footer' &&
      destination !== 'note' &&
      destination !== 'box'
    )
      return;
    const outerParagraph = this.#paragraph;
    state.body = new RtfBody(this.#options);
    this.#paragraph = { inTable: false, headingLevel: undefined, listLevel: 0 };
    state.onClose = () => {
      const blocks = state.body.blocks(this.#paragraph);
      this.#paragraph = outerParagraph;
      if (destination === 'note') this.#notes.push(...blocks);
      else if (destination === 'box') outer.addBlocks(blocks);
      else this[destination] = blocks.length > 0 ? linesOf(blocks) : this[destination];
    };
  }

  #enterPicture(state: GroupState): void {
    const picture = (state.picture = new RtfPicture());
    state.onClose = () => {
      const block = state.hidden ? undefined : picture.block();
      if (block) state.body.addRun({ text: '', picture: block });
    };
  }

  #textWord(name: string, value: number | undefined): void {
    const state = this.#state;
    const sign = SIGNS[name];
    if (sign !== undefined) return this.#text(sign);
    const switched = SWITCHES[name];
    if (switched) {
      state[switched] = value !== 0;
      return;
    }
    switch (name) {
      case 'u':
        this.#text(String.fromCharCode((value ?? 0) & 0xffff));
        this.#toSkip = state.fallbackSigns;
        return;
      case 'uc':
        state.fallbackSigns = Math.min(Math.max(value ?? 1, 0), 16);
        return;
      case 'ansicpg':
        this.#codePage = value ?? 1252;
        return;
      case 'mac':
        this.#codePage = 10000;
        return;
      case 'f':
        state.font = value ?? -1;
        return;
      case 'plain':
        state.bold = state.italic = state.strike = state.hidden = false;
        return;
      default:
        this.#paragraphWord(name, value);
    }
  }

  #paragraphWord(name: string, value: number | undefined): void {
    const { body } = this.#state;
    const paragraph = this.#paragraph;
    switch (name) {
      case 'par':
        return this.#endParagraph();
      case 'pard':
        this.#paragraph = { inTable: false, headingLevel: undefined, listLevel: 0 };
        return;
      case 's':
        paragraph.headingLevel = this.#styles.headingLevel(value ?? 0);
        return;
      case 'outlinelevel':
        if (value !== undefined && value < 9) paragraph.headingLevel ??= Math.min(6, value + 1);
        return;
      case 'ilvl':
        paragraph.listLevel = Math.min(Math.max(value ?? 0, 0), 8);
        return;
      case 'intbl':
        paragraph.inTable = true;
        return;
      case 'page':
        this.#endParagraph();
        return body.breakPage({ ifUsed: false });
      case 'sbknone':
        this.#continuousSection = true;
        return;
      case 'sectd':
        this.#continuousSection = false;
        return;
      case 'sect':
        this.#endParagraph();
        return this.#continuousSection ? undefined : body.breakPage({ ifUsed: true });
      default:
        body.tableWord(name, value, paragraph);
    }
  }

  #endParagraph(): void {
    if (this.#state.destination === 'skip') return;
    this.#state.body.endParagraph(this.#paragraph);
  }
}

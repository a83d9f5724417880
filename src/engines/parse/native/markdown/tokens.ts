import type { Token, Tokens } from 'marked';
import type { ParseOptions } from '../../../../model/parse-options.ts';
import type { FlowBlock, FlowList, FlowListEntry } from '../../items/flow.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { htmlBlocks } from '../html/reader.ts';
import { dataUriPicture } from '../pictures/data-uri.ts';
import type { FootnoteMarkToken, FootnoteToken } from './footnotes.ts';

type Look = Omit<Run, 'text'>;

/** The blocks of a markdown text. */
export function tokenBlocks(tokens: readonly Token[], options: ParseOptions): FlowBlock[] {
  return tokens.flatMap((token) => blockOf(token as KnownToken, options));
}

type KnownToken =
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.Text
  | Tokens.List
  | Tokens.Table
  | Tokens.Code
  | Tokens.Blockquote
  | Tokens.HTML
  | Tokens.Space
  | Tokens.Hr
  | Tokens.Def
  | FootnoteToken;

function blockOf(token: KnownToken, options: ParseOptions): FlowBlock[] {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: token.depth, content: inlineOf(runsOf(token.tokens), options) }];
    case 'paragraph':
      return paragraph(token.tokens, options);
    case 'text':
      return paragraph(token.tokens ?? [token], options);
    case 'code':
      return [
        { kind: 'code', value: token.text, ...(token.lang && { language: token.lang.split(/\s/)[0] ?? '' }) },
      ];
    case 'blockquote':
      return tokenBlocks(token.tokens, options);
    case 'list':
      return [list(token, options)];
    case 'table':
      return [table(token, options)];
    case 'html':
      return htmlBlocks(token.text, options);
    case 'footnote':
      return [footnote(token, options)];
    default:
      return [];
  }
}

function paragraph(tokens: readonly Token[], options: ParseOptions): FlowBlock[] {
  const [only] = tokens;
  if (tokens.length === 1 && only?.type === 'image') {
    const { text, href } = only as Tokens.Image;
    return [{ kind: 'image', caption: text, source: dataUriPicture(href) }];
  }
  const content = inlineOf(runsOf(tokens), options);
  return content.text === '' && !content.pictures ? [] : [{ kind: 'paragraph', content }];
}

/** The note with its mark, as one paragraph. */
function footnote({ label, tokens }: FootnoteToken, options: ParseOptions): FlowBlock {
  const content = linesOf(tokenBlocks(tokens, options));
  return {
    kind: 'paragraph',
    content: { ...content, text: `[${label}] ${content.text}`, md: `[^${label}]: ${content.md}` },
  };
}

function list(token: Tokens.List, options: ParseOptions): FlowList {
  const entries = token.items.map((item): FlowListEntry => {
    const blocks = tokenBlocks(
      item.tokens.filter((inner) => inner.type !== 'checkbox'),
      options,
    );
    const lists = blocks.filter((block) => block.kind === 'list');
    const content = linesOf(blocks.filter((block) => block.kind !== 'list'));
    const box = item.task ? (item.checked ? '☑ ' : '☐ ') : '';
    return {
      content: { ...content, text: box + content.text, md: box + content.md },
      ...(lists.length > 0 && { lists }),
    };
  });
  return {
    kind: 'list',
    ordered: token.ordered,
    entries,
    ...(token.ordered && { start: Number(token.start) || 1 }),
  };
}

function table(token: Tokens.Table, options: ParseOptions): FlowBlock {
  const cell = ({ tokens }: Tokens.TableCell) => {
    const { text, md } = inlineOf(runsOf(tokens), options);
    return { md, value: text };
  };
  return { kind: 'table', headerRows: 1, rows: [token.header, ...token.rows].map((row) => row.map(cell)) };
}

/** The runs of inline tokens. */
function runsOf(tokens: readonly Token[], look: Look = {}): Run[] {
  return tokens.flatMap((token): Run[] => {
    const inner = 'tokens' in token && token.tokens ? token.tokens : undefined;
    switch (token.type) {
      case 'strong':
        return runsOf(inner ?? [], { ...look, bold: true });
      case 'em':
        return runsOf(inner ?? [], { ...look, italic: true });
      case 'del':
        return runsOf(inner ?? [], { ...look, strike: true });
      case 'link':
        return runsOf(inner ?? [], { ...look, url: (token as Tokens.Link).href });
      case 'codespan':
        return [{ ...look, code: true, text: decoded((token as Tokens.Codespan).text) }];
      case 'br':
        return [{ text: '\n' }];
      case 'image':
        return imageRuns(token as Tokens.Image, look);
      case 'html':
        return /^<br\b/i.test(token.raw) ? [{ text: '\n' }] : [];
      case 'footnoteMark': {
        const { label } = token as FootnoteMarkToken;
        return [{ text: `[${label}]`, md: `[^${label}]` }];
      }
      case 'escape':
        return [{ ...look, text: (token as Tokens.Escape).text }];
      default:
        return inner ? runsOf(inner, look) : [{ ...look, text: decoded((token as Tokens.Text).text ?? '') }];
    }
  });
}

function imageRuns({ text, href }: Tokens.Image, look: Look): Run[] {
  const source = dataUriPicture(href);
  const run = { ...look, text };
  if (!source) return [run];
  return [run, { text: '', picture: { kind: 'image', caption: text, source, isWithin: true } }];
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

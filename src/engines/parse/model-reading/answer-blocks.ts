import { lexer, walkTokens, type Token } from 'marked';
import type { ReadPage } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { FlowBlock } from '../items/flow.ts';
import { tokenBlocks } from '../native/markdown/tokens.ts';
import { tokensOf } from './tokens.ts';

/** Signs that a link's address may hold escaped or not. */
const LONGEST_ADDRESS = 2_000;

/**
 * The blocks of what a model wrote. Only addresses that the document itself names stay links; pictures lose theirs,
 * be they elsewhere or in the address itself, and keep captions of the page; scripts, styles and frames of HTML are no
 * content.
 */
export function answerBlocks(markdown: string, page: ReadPage, options: ParseOptions): FlowBlock[] {
  const own = ownAddresses(page);
  const words = new Set(tokensOf(page.text));
  const tokens = lexer(markdown, { gfm: true });
  void walkTokens(tokens, (token) => {
    if (token.type === 'link' && !own((token as { href: string }).href)) unlink(token);
    if (token.type === 'image') {
      token['href'] = '';
      if (!isOnPage((token as { text: string }).text, words)) token['text'] = '';
    }
    if (token.type === 'html') token['text'] = withoutLinks((token as { text: string }).text, own);
  });
  return tokenBlocks(tokens, options);
}

/** Tells the addresses that the page has as links or shows as text. */
function ownAddresses(page: ReadPage): (address: string) => boolean {
  const links = new Set(page.items.flatMap((item) => (item.type === 'link' ? [item.url] : [])));
  return (address) =>
    links.has(address) ||
    (isWebAddress(address) && address.length <= LONGEST_ADDRESS && page.text.includes(address));
}

function isWebAddress(address: string): boolean {
  return /^(?:https?:\/\/|mailto:)[^\s]{3,}$/i.test(address);
}

/** A caption that the page has; others are what the model thinks of a picture. */
function isOnPage(caption: string, words: ReadonlySet<string>): boolean {
  const tokens = tokensOf(caption);
  return tokens.filter((token) => words.has(token)).length * 2 > tokens.length;
}

/** Makes a link a piece of text with the same content. */
function unlink(token: Token): void {
  token.type = 'text';
}

/** HTML without pictures (`[^<>]` keeps each search within one tag), whose links lead only where the document's own do. */
function withoutLinks(html: string, own: (address: string) => boolean): string {
  return html.replaceAll(/<(?:img|image|svg)\b[^<>]*>/gi, '').replaceAll(/<a\b[^<>]*>/gi, (tag) => {
    const address = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(tag);
    return own(address?.[1] ?? address?.[2] ?? address?.[3] ?? '') ? tag : '<a>';
  });
}

import type { ParseOptions } from '../../../../model/parse-options.ts';
import { readTextBytes } from '../../containers/whole-file.ts';
import { decodeAs, isEncoding } from '../../containers/decode.ts';
import { decodeText } from '../../containers/text.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { DocumentReader, ReaderInput } from '../../reader.ts';
import { illustratedDocument } from '../flow-document.ts';
import { dataUriPicture } from '../pictures/data-uri.ts';
import { blocksOf } from './blocks.ts';
import { parseHtmlBody } from './dom.ts';
import type { HtmlContext } from './visibility.ts';

/** Reads a web page as one page: what it says and how it is structured, not how a browser would lay it out. */
export const openHtml: DocumentReader = async (input) => {
  const html = decodeHtml(await readTextBytes(input.path), input.warn);
  if (endsInTag(html))
    input.warn('The page ends within a tag: it seems to be cut off, and what is there was read.');
  return illustratedDocument([{ blocks: htmlBlocks(html, input.options) }], input);
};

/** Whether the last thing that is written is a tag or a comment that does not end. */
function endsInTag(html: string): boolean {
  const opened = html.lastIndexOf('<');
  return opened > html.lastIndexOf('>') && /^<[a-z/!]/i.test(html.slice(opened, opened + 2));
}

/**
 * The content of a page or of a fragment.
 * @param picture what an address leads to; by default only addresses that hold a picture themselves lead to one
 */
export function htmlBlocks(
  html: string,
  options: ParseOptions,
  picture: NonNullable<HtmlContext['picture']> = dataUriPicture,
): FlowBlock[] {
  const body = parseHtmlBody(html);
  if (!body) return [];
  return blocksOf(body.childNodes, { html: options.html, annotateLinks: options.annotateLinks, picture });
}

/** The encoding may be declared inside (HTML standard 13.2.3.2): within the first kilobyte, in an ASCII superset. */
const PRESCAN_BYTES = 1024;

/** Decodes a page by its mark, its own declaration, or what it looks like. @throws {DocumentFailure} */
export function decodeHtml(bytes: Buffer, warn?: ReaderInput['warn']): string {
  const head = bytes.subarray(0, PRESCAN_BYTES).toString('latin1');
  const declared = /<(?:meta\b[^>]*?charset\s*=\s*|\?xml\b[^>]*?encoding\s*=\s*)["']?\s*([\w:.-]+)/i.exec(
    head,
  )?.[1];
  const marked = bytes[0] === 0xef || bytes[0] === 0xfe || bytes[0] === 0xff;
  if (declared !== undefined && !marked && isEncoding(declared)) return decodeAs(declared, bytes);
  const text = decodeText(bytes, warn && { warn });
  if (text === undefined)
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      'The page is not text in any encoding that is known. Save it as UTF-8.',
    );
  return text;
}

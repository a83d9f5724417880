import type { DocumentAnnotation, LayoutBlock, Rect, TextItem } from '@llamaindex/liteparse';
import type { LinkItem } from '../../../model/document.ts';
import { holdsCentre, toBox } from './geometry.ts';
import { escapeMarkdown } from '../items/markup.ts';

/** Schemes that do something other than lead somewhere; a result must not carry them into a reader's page. */
const UNSAFE_SCHEME = /^\s*(?:javascript|data|vbscript):/i;
/** Of one page; more are no links that anybody follows. */
const MOST_LINKS = 5_000;
/** A link's text is cut here: a hostile page may be one link many times over. */
const LONGEST_TEXT = 2_000;

/**
 * Links from the page's annotations: the address and the text its rectangles cover. An annotation over several
 * lines is one link with several boxes. Links without text (over a picture) show their address.
 */
export function linkItems(
  annotations: readonly DocumentAnnotation[],
  textItems: readonly TextItem[],
): LinkItem[] {
  const links: LinkItem[] = [];
  for (const annotation of annotations.slice(0, MOST_LINKS)) {
    const url = annotation.uri;
    if (url === undefined || url === '' || UNSAFE_SCHEME.test(url)) continue;
    const rects = annotation.quadpointRects.length > 0 ? annotation.quadpointRects : rectOf(annotation);
    const covered = rects.map((rect) => coveredText(rect, textItems)).filter((text) => text !== '');
    const text = covered.length > 0 ? covered.join(' ') : url;
    links.push({
      type: 'link',
      text,
      url,
      md: `[${escapeMarkdown(text)}](${target(url)})`,
      boxes: rects.map(toBox),
    });
  }
  return links;
}

/** Blocks whose text names the targets of links, as markdown: for those that LiteParse has laid out without knowing them. */
export function linkedBlocks(
  blocks: readonly LayoutBlock[],
  annotations: readonly DocumentAnnotation[],
  textItems: readonly TextItem[],
): LayoutBlock[] {
  const linked = [...blocks];
  for (const annotation of annotations.slice(0, MOST_LINKS)) {
    const url = annotation.uri;
    if (url === undefined || url === '' || UNSAFE_SCHEME.test(url)) continue;
    const rects = annotation.quadpointRects.length > 0 ? annotation.quadpointRects : rectOf(annotation);
    for (const rect of rects) {
      const text = escapeMarkdown(coveredText(rect, textItems));
      const at = linked.findIndex(
        ({ bbox, text: whole }) =>
          text !== '' && bbox !== undefined && holdsCentre(bbox, rect) && whole?.includes(text) === true,
      );
      const block = linked[at];
      if (block) linked[at] = { ...block, text: linkOnce(block.text ?? '', text, target(url)) };
    }
  }
  return linked;
}

/** The first place where the text stands and is no link yet. */
function linkOnce(whole: string, text: string, url: string): string {
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + text.length)) {
    const end = at + text.length;
    if (whole[at - 1] !== '[' && whole[at - 1] !== '(')
      return `${whole.slice(0, at)}[${text}](${url})${whole.slice(end)}`;
  }
  return whole;
}

function rectOf(annotation: DocumentAnnotation): readonly Rect[] {
  return annotation.rect ? [annotation.rect] : [];
}

/** An address with spaces or brackets goes in angle brackets, as CommonMark 6.3 wants it. */
function target(url: string): string {
  return /[\s()<>]/.test(url) ? `<${url.replace(/[<>\s]/g, (sign) => encodeURIComponent(sign))}>` : url;
}

function coveredText(rect: Rect, textItems: readonly TextItem[]): string {
  const parts: string[] = [];
  let length = 0;
  for (const item of textItems) {
    if (length > LONGEST_TEXT) break;
    const middle = item.y + item.height / 2;
    if (middle < rect.y || middle > rect.y + rect.height) continue;
    if (item.x > rect.x + rect.width || item.x + item.width < rect.x) continue;
    const words = wordsWithin(item, rect);
    if (words !== '') parts.push(words);
    length += words.length;
  }
  return parts.join(' ');
}

/**
 * A text item is a whole run, often a line, and links cover words of it. Word boxes would double what the parse
 * hands over, so a word's place is taken from its share of the run's characters; its middle decides.
 */
function wordsWithin(item: TextItem, rect: Rect): string {
  if (item.x >= rect.x - 1 && item.x + item.width <= rect.x + rect.width + 1) return item.text.trim();
  const perCharacter = item.width / Math.max(1, item.text.length);
  const words: string[] = [];
  for (const match of item.text.matchAll(/\S+/g)) {
    const middle = item.x + (match.index + match[0].length / 2) * perCharacter;
    if (middle >= rect.x && middle <= rect.x + rect.width) words.push(match[0]);
  }
  return words.join(' ');
}

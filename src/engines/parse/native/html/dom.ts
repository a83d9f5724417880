import { defaultTreeAdapter, parse, type DefaultTreeAdapterTypes, type TreeAdapter } from 'parse5';
import { DocumentFailure } from '../../document-failure.ts';

/** parse5's tree, by short names. */
export type Node = DefaultTreeAdapterTypes.ChildNode;
export type Element = DefaultTreeAdapterTypes.Element;

export function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

export function isText(node: Node): node is DefaultTreeAdapterTypes.TextNode {
  return node.nodeName === '#text';
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

/** Elements of one page, those included that the parser adds to mend what is not closed. */
const MOST_ELEMENTS = 1_000_000;

/**
 * The body of a page. Scripts do not run and nothing is fetched: it is a tree of what is written.
 * @throws {DocumentFailure} DOCUMENT_TOO_LARGE
 */
export function parseHtmlBody(html: string): Element | undefined {
  const document = parse(html, { treeAdapter: countingAdapter() });
  const root = document.childNodes.find((node) => isElement(node) && node.tagName === 'html');
  if (!root || !isElement(root)) return undefined;
  const body = root.childNodes.find((node) => isElement(node) && node.tagName === 'body');
  if (body && isElement(body)) return body;
  const instead = textsOf(root, 'noframes');
  return instead.length > 0 ? bodyInstead(instead) : undefined;
}

/** What a page of frames says to those who show none. The parser takes it for text. */
export function bodyInstead(texts: readonly string[]): Element | undefined {
  const html = texts.join('\n').replaceAll(/<\/?(?:noframes|frameset)\b/gi, '<div');
  return parseHtmlBody(html);
}

function textsOf(root: Element, name: string): string[] {
  const texts: string[] = [];
  const stack: Node[] = [root];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (!isElement(next)) continue;
    if (next.tagName === name) texts.push(textContent(next));
    else for (const inner of next.childNodes.toReversed()) stack.push(inner);
  }
  return texts;
}

/** All text inside an element, as it is written. */
export function textContent(node: Node): string {
  const parts: string[] = [];
  const stack: Node[] = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (isText(next)) parts.push(next.value);
    else if ('childNodes' in next) for (const child of next.childNodes.toReversed()) stack.push(child);
  }
  return parts.join('');
}

function countingAdapter(): TreeAdapter<DefaultTreeAdapterTypes.DefaultTreeAdapterMap> {
  let elements = 0;
  return {
    ...defaultTreeAdapter,
    createElement(...of) {
      elements += 1;
      if (elements > MOST_ELEMENTS)
        throw new DocumentFailure(
          'DOCUMENT_TOO_LARGE',
          `The page has more than ${MOST_ELEMENTS} elements. Split it and upload the parts.`,
        );
      return defaultTreeAdapter.createElement(...of);
    },
  };
}

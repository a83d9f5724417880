import { child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';

/** The title of a whole document where it stands among data about it: articles of journals, and patents. */
export function documentTitle(root: XmlElement): XmlElement | undefined {
  return (
    below(root, ['front', 'article-meta', 'title-group', 'article-title']) ??
    first(root, (name) => name === 'invention-title' || name === 'b540', 6)
  );
}

function below(element: XmlElement, path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => child(at, name), element);
}

function first(
  element: XmlElement,
  matches: (name: string) => boolean,
  depth: number,
): XmlElement | undefined {
  for (const one of elements(element)) {
    if (matches(one.name.toLowerCase())) return one;
    const inner = depth > 0 ? first(one, matches, depth - 1) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** Who wrote an article and where they work, each as one paragraph (JATS 1.3, `contrib-group` and `aff`). */
export function contributorBlocks(group: XmlElement): FlowBlock[] {
  const names = elements(group, 'contrib').map((contrib) => {
    const name = child(contrib, 'name') ?? child(child(contrib, 'name-alternatives'), 'name');
    if (!name) return words(child(contrib, 'collab') ?? child(contrib, 'string-name'));
    return ['prefix', 'given-names', 'surname', 'suffix']
      .map((part) => words(child(name, part)))
      .filter((part) => part !== '')
      .join(' ');
  });
  const shown = names.filter((name) => name !== '').join(', ');
  return [...lineBlocks(shown), ...elements(group, 'aff').flatMap(affiliationBlocks)];
}

/** Where authors work, without the mark that names refer to. */
export function affiliationBlocks(aff: XmlElement): FlowBlock[] {
  return lineBlocks(words({ ...aff, children: withoutLabel(aff) }));
}

function lineBlocks(line: string): FlowBlock[] {
  return line === '' ? [] : [{ kind: 'paragraph', content: plainInline(line) }];
}

function withoutLabel(element: XmlElement): XmlElement['children'] {
  return element.children.filter((node) => typeof node === 'string' || !/^(?:label|sup)$/.test(node.name));
}

function words(element: XmlElement | undefined): string {
  return element ? textOf(element).replaceAll(/\s+/g, ' ').trim() : '';
}

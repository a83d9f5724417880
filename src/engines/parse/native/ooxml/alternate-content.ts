import { child, elements, type XmlElement } from '../../containers/xml.ts';

/**
 * Child elements with `mc:AlternateContent` resolved (ECMA-376 part 3, 10.2): the first choice that holds anything stands
 * for all, so that a shape and its fallback are not read twice.
 */
export function contentOf(parent: XmlElement | undefined): XmlElement[] {
  const children = elements(parent);
  if (!children.some((node) => node.name === 'AlternateContent')) return children;
  return children.flatMap((node) => {
    if (node.name !== 'AlternateContent') return [node];
    const choice = elements(node, 'Choice').find((one) => elements(one).length > 0);
    return contentOf(choice ?? child(node, 'Fallback'));
  });
}

/** The first element of a name anywhere below, alternates resolved. */
export function findBelow(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  for (const node of contentOf(parent)) {
    if (node.name === name) return node;
    const below = findBelow(node, name);
    if (below) return below;
  }
  return undefined;
}

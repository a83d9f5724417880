import { formulaText, isTex } from '../../items/formula.ts';
import { attributeOf, isElement, textContent, type Element, type Node } from './dom.ts';

/** A name without its namespace's prefix, which publications write. */
function localName(element: Element): string {
  return element.tagName.replace(/^(?:m|mml|mathml):/, '');
}

export function isMath(element: Element): boolean {
  return localName(element) === 'math';
}

/** The LaTeX that a formula is annotated with (MathML 3, 5.1), between dollar signs; undefined without any. */
export function annotatedTex(math: Element): string | undefined {
  const annotation = math.childNodes
    .flatMap((node) => (isElement(node) && localName(node) === 'semantics' ? node.childNodes : []))
    .find(
      (node) => isElement(node) && localName(node) === 'annotation' && isTex(attributeOf(node, 'encoding')),
    );
  const text = annotation && formulaText(textContent(annotation), attributeOf(math, 'display') === 'block');
  return text === '' ? undefined : text;
}

/** Other forms of a formula beside its signs. */
export function isAnnotation(element: Element): boolean {
  return /^annotation(?:-xml)?$/.test(localName(element));
}

/** What KaTeX draws of a formula that stands beside it in MathML. */
export function isDrawnFormula(element: Element): boolean {
  if (attributeOf(element, 'aria-hidden') !== 'true' || !hasClass(element, 'katex-html')) return false;
  const siblings: readonly Node[] =
    element.parentNode && 'tagName' in element.parentNode ? element.parentNode.childNodes : [];
  return siblings.some((node) => isElement(node) && hasClass(node, 'katex-mathml'));
}

function hasClass(element: Element, name: string): boolean {
  return (attributeOf(element, 'class') ?? '').split(/\s+/).includes(name);
}

import type { XmlElement } from '../../containers/xml.ts';
import type { OdfContext } from './context.ts';

/** The level of a heading or title. @returns 1 to 6, or undefined for text */
export function headingLevel(node: XmlElement, context: OdfContext): number | undefined {
  const style = context.styles.style('paragraph', node.attributes['text:style-name']);
  if (node.name !== 'h') return style.headingLevel;
  const level = Number(node.attributes['text:outline-level'] ?? 1);
  return Number.isInteger(level) && level > 0 ? Math.min(level, 6) : 1;
}

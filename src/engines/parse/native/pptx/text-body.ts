import { child, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { inlineOf } from '../../items/inline.ts';
import { FlowCollector } from '../flow-collector.ts';
import { drawingRuns } from '../ooxml/drawing-ml.ts';
import type { Relationships } from '../ooxml/package.ts';
import { bulletLabel, bulletOf, BulletCounter, levelOf } from './bullets.ts';

export interface TextContext {
  readonly relationships: Relationships;
  readonly annotateLinks: boolean;
}

/**
 * The paragraphs of a text body: those with a bullet or number are list entries.
 * @param styles list styles that hold for it beside its own, nearest first
 */
export function textBlocks(
  body: XmlElement | undefined,
  styles: readonly (XmlElement | undefined)[],
  context: TextContext,
): FlowBlock[] {
  const collector = new FlowCollector();
  const counter = new BulletCounter();
  const all = [child(body, 'lstStyle'), ...styles];
  for (const paragraph of elements(body, 'p')) {
    const content = inlineOf(drawingRuns(paragraph, context.relationships), context);
    if (content.text === '') continue;
    const properties = child(paragraph, 'pPr');
    const level = levelOf(properties);
    const bullet = bulletOf(properties, all);
    const value = counter.next(level, bullet);
    if (bullet.kind === 'none') collector.add({ kind: 'paragraph', content });
    else if (bullet.kind === 'sign') collector.addEntry({ content, level, ordered: false });
    else {
      const label = bulletLabel(value, bullet.scheme);
      collector.addEntry({
        content,
        level,
        ordered: true,
        number: value,
        ...(label !== `${value}.` && { label }),
      });
    }
  }
  return collector.blocks();
}

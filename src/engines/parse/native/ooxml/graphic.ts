import { attribute, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { findBelow } from './alternate-content.ts';
import { chartBlocks } from './chart.ts';
import { drawingLines } from './drawing-ml.ts';
import { relationshipId, type OoxmlPackage, type Relationships } from './package.ts';

/**
 * Reads what charts and diagrams of a part say, by relationship, ahead of time: their content lies in parts of its own, and
 * the walk through a document is synchronous.
 * @param options.skipChartData leaves the charts' tables out
 */
export async function readGraphics(
  pack: OoxmlPackage,
  relationships: Relationships,
  options: { readonly skipChartData: boolean },
): Promise<ReadonlyMap<string, readonly FlowBlock[]>> {
  const graphics = new Map<string, readonly FlowBlock[]>();
  for (const [id, { type, target, external }] of relationships) {
    if (external) continue;
    if (type === 'chart')
      graphics.set(id, chartBlocks(await pack.part(target), { skipData: options.skipChartData }));
    else if (type === 'diagramData') graphics.set(id, diagramBlocks(await pack.part(target)));
  }
  return graphics;
}

/** The texts of a SmartArt diagram, in the order of its data model (ECMA-376 part 1, 21.4.3). */
function diagramBlocks(part: XmlElement | undefined): FlowBlock[] {
  const entries = drawingLines(part).map((line) => ({ content: plainInline(line) }));
  return entries.length > 0 ? [{ kind: 'list', ordered: false, entries }] : [];
}

/** The chart or diagram that a graphic frame shows; undefined when it shows neither. */
export function graphicBlocks(
  frame: XmlElement,
  graphics: ReadonlyMap<string, readonly FlowBlock[]>,
): readonly FlowBlock[] | undefined {
  const data = findBelow(frame, 'graphicData') ?? frame;
  const chart = findBelow(data, 'chart');
  const diagram = findBelow(data, 'relIds');
  const id = chart ? relationshipId(chart) : diagram ? relationshipId(diagram, 'dm') : undefined;
  return id === undefined ? undefined : (graphics.get(id) ?? []);
}

/** The description of a drawing, or undefined for one that is only decoration. */
export function altText(properties: XmlElement | undefined): string | undefined {
  const decorative = findBelow(properties, 'decorative');
  if (decorative && /^(?:1|true)$/i.test(attribute(decorative, 'val') ?? '')) return undefined;
  const text = attribute(properties, 'descr') || attribute(properties, 'title') || '';
  return describing(text);
}

/** A description on one line. Programs put the picture's file name there when nobody has described it. */
export function describing(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return /^\S(?:.{0,250}\S)?\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)$/i.test(line) ? '' : line;
}

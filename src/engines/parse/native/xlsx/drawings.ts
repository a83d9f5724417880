import { child, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';
import { drawingLines } from '../ooxml/drawing-ml.ts';
import { altText, graphicBlocks, readGraphics } from '../ooxml/graphic.ts';
import type { OoxmlPackage, Relationships } from '../ooxml/package.ts';
import { pictureFinder } from '../ooxml/pictures.ts';

/**
 * What floats over a sheet (ECMA-376 part 1, 20.5): text boxes, the titles of charts, whose values stand in cells, and
 * pictures.
 */
export async function drawingBlocks(
  source: OoxmlPackage,
  sheetRelationships: Relationships,
  drawingId: string | undefined,
): Promise<FlowBlock[]> {
  const part = drawingId === undefined ? undefined : sheetRelationships.get(drawingId);
  if (!part || part.external) return [];
  const relationships = await source.relationships(part.target);
  const graphics = await readGraphics(source, relationships, { skipChartData: true });
  const blocks: FlowBlock[] = [];
  const walk = async (parent: XmlElement): Promise<void> => {
    for (const node of contentOf(parent)) {
      if (node.name === 'sp') blocks.push(...textBox(node, relationships));
      else if (node.name === 'graphicFrame') blocks.push(...(graphicBlocks(node, graphics) ?? []));
      else if (node.name === 'pic') blocks.push(...picture(source, node, relationships));
      else await walk(node);
    }
  };
  const root = await source.part(part.target);
  if (root) await walk(root);
  return blocks;
}

function textBox(shape: XmlElement, relationships: Relationships): FlowBlock[] {
  return drawingLines(child(shape, 'txBody'), relationships).map((line) => ({
    kind: 'paragraph',
    content: plainInline(line),
  }));
}

function picture(source: OoxmlPackage, node: XmlElement, relationships: Relationships): FlowBlock[] {
  const caption = altText(findBelow(node, 'cNvPr'));
  if (caption === undefined) return [];
  const found = pictureFinder(source)(findBelow(node, 'blip'), 'embed', relationships);
  return [{ kind: 'image', caption, source: found }];
}

import { child, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { ReaderInput } from '../../reader.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';
import { drawingLines } from '../ooxml/drawing-ml.ts';
import { altText, graphicBlocks, readGraphics } from '../ooxml/graphic.ts';
import { relationshipId, type OoxmlPackage, type Relationships } from '../ooxml/package.ts';

type Target = Pick<ReaderInput, 'images'> & { readonly pageNumber: number };

/**
 * What floats over a sheet (ECMA-376 part 1, 20.5): text boxes, the titles of charts, whose values stand in cells, and
 * pictures.
 */
export async function drawingBlocks(
  source: OoxmlPackage,
  sheetRelationships: Relationships,
  drawingId: string | undefined,
  target: Target,
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
      else if (node.name === 'pic') blocks.push(...(await picture(source, node, relationships, target)));
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

async function picture(
  source: OoxmlPackage,
  node: XmlElement,
  relationships: Relationships,
  { images, pageNumber }: Target,
): Promise<FlowBlock[]> {
  const caption = altText(findBelow(node, 'cNvPr'));
  if (caption === undefined) return [];
  const blip = findBelow(node, 'blip');
  const file = relationships.get((blip && relationshipId(blip, 'embed')) ?? '');
  const bytes = file && !file.external && images.wantsEmbedded ? await source.bytes(file.target) : undefined;
  const url = bytes && images.save({ pageNumber, category: 'embedded', bytes });
  return [{ kind: 'image', caption, url }];
}

import { attribute, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { PictureSource } from '../../items/picture.ts';
import { contentOf, findBelow } from '../ooxml/alternate-content.ts';
import { altText, describing, graphicBlocks } from '../ooxml/graphic.ts';
import { isTrue } from '../ooxml/package.ts';
import type { DocxContext } from './context.ts';

/** What a drawing shows: pictures, the text of shapes and text boxes, charts, diagrams. DrawingML and VML alike. */
export function drawingBlocks(drawing: XmlElement, context: DocxContext): FlowBlock[] {
  const properties = findBelow(drawing, 'docPr');
  if (isTrue(attribute(properties, 'hidden'))) return [];
  return walk(drawing, properties, context);
}

function walk(parent: XmlElement, named: XmlElement | undefined, context: DocxContext): FlowBlock[] {
  return contentOf(parent).flatMap((node): readonly FlowBlock[] => {
    switch (node.name) {
      case 'txbxContent':
        return context.readBlocks(node, context);
      case 'pic':
        return picture(
          findBelow(node, 'cNvPr'),
          named,
          context.picture(findBelow(node, 'blip'), 'embed', context.relationships),
        );
      case 'imagedata':
        return [
          {
            kind: 'image',
            caption: describing(attribute(parent, 'alt') ?? ''),
            source: context.picture(node, 'id', context.relationships),
          },
        ];
      case 'textpath': {
        const text = attribute(node, 'string')?.trim() ?? '';
        return text === '' ? [] : [{ kind: 'paragraph', content: plainInline(text) }];
      }
      case 'graphicData':
        return graphicBlocks(node, context.graphics) ?? walk(node, named, context);
      default:
        return walk(node, named, context);
    }
  });
}

/** The description may stand at the picture or at the drawing around it. */
function picture(
  own: XmlElement | undefined,
  around: XmlElement | undefined,
  source: PictureSource | undefined,
): FlowBlock[] {
  const caption = altText(around);
  if (caption === undefined) return [];
  return [{ kind: 'image', caption: caption || altText(own) || '', source }];
}

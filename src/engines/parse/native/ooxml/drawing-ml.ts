import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { Run } from '../../items/inline.ts';
import { linkAddress } from '../web-address.ts';
import { contentOf } from './alternate-content.ts';
import { latexOf } from './omml.ts';
import { isTrue, relationshipId, type Relationships } from './package.ts';
import { symbolText } from './symbols.ts';

/** The runs of a DrawingML paragraph (`a:p`, ECMA-376 part 1, 21.1.2). */
export function drawingRuns(paragraph: XmlElement, relationships: Relationships): Run[] {
  return contentOf(paragraph).flatMap((node): Run[] => {
    switch (node.name) {
      case 'r':
      case 'fld':
        return [runOf(node, relationships)];
      case 'br':
        return [{ text: '\n' }];
      case 'm':
      case 'oMath':
      case 'oMathPara':
        return mathRuns(node);
      default:
        return [];
    }
  });
}

function runOf(run: XmlElement, relationships: Relationships): Run {
  const properties = child(run, 'rPr');
  const font =
    attribute(child(properties, 'sym'), 'typeface') ?? attribute(child(properties, 'latin'), 'typeface');
  const text = symbolText(font, elements(run, 't').map(textOf).join('')).replaceAll('\u000b', '\n');
  const click = child(properties, 'hlinkClick');
  const target = relationships.get((click && relationshipId(click)) ?? '');
  const url = target?.external ? linkAddress(target.target) : undefined;
  const strike = attribute(properties, 'strike');
  return {
    text,
    ...(isTrue(attribute(properties, 'b')) && { bold: true }),
    ...(isTrue(attribute(properties, 'i')) && { italic: true }),
    ...(strike !== undefined && strike !== 'noStrike' && { strike: true }),
    ...(url !== undefined && { url }),
  };
}

/** The formulas in an element, each between dollar signs: two where the formula stands alone. */
export function mathRuns(element: XmlElement): Run[] {
  if (element.name === 'oMath') return formula(latexOf(element), '$');
  return contentOf(element).flatMap((node) => {
    if (node.name !== 'oMath') return mathRuns(node);
    return formula(latexOf(node), element.name === 'oMathPara' ? '$$' : '$');
  });
}

/** Blanks keep the marks of neighbouring formulas apart. */
function formula(latex: string, mark: '$' | '$$'): Run[] {
  if (latex === '') return [];
  const text = `${mark}${latex}${mark}`;
  return [{ text: ' ' }, { text, md: text }, { text: ' ' }];
}

/** All paragraphs below an element as plain lines. */
export function drawingLines(
  element: XmlElement | undefined,
  relationships: Relationships = new Map(),
): string[] {
  const lines: string[] = [];
  const walk = (parent: XmlElement): void => {
    for (const node of contentOf(parent)) {
      if (node.name !== 'p') walk(node);
      else {
        const line = drawingRuns(node, relationships)
          .map((run) => run.text)
          .join('')
          .trim();
        if (line !== '') lines.push(line);
      }
    }
  };
  if (element) walk(element);
  return lines;
}

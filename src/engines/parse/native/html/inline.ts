import type { Run } from '../../items/inline.ts';
import { attributeOf, isElement, isText, textContent, type Element, type Node } from './dom.ts';
import { annotatedTex, isAnnotation, isDrawnFormula, isMath } from './formulas.ts';
import { shownPicture } from './pictures.ts';
import { isLeftOut, type HtmlContext } from './visibility.ts';
import { isWordListMark } from './word-lists.ts';

type Look = Omit<Run, 'text'>;

const LOOKS: Readonly<Record<string, Look>> = {
  b: { bold: true },
  strong: { bold: true },
  i: { italic: true },
  em: { italic: true },
  cite: { italic: true },
  dfn: { italic: true },
  code: { code: true },
  kbd: { code: true },
  samp: { code: true },
  tt: { code: true },
  s: { strike: true },
  strike: { strike: true },
  del: { strike: true },
};

/** The runs of inline content. Blanks are collapsed as a browser does. */
export function runsOf(nodes: readonly Node[], context: HtmlContext, look: Look = {}): Run[] {
  return nodes.flatMap((node): Run[] => {
    if (isText(node)) return [{ ...look, text: node.value.replaceAll(/[ \t\r\n\f]+/g, ' ') }];
    if (!isElement(node) || isLeftOut(node, context.html)) return [];
    if (isAnnotation(node) || isDrawnFormula(node) || isWordListMark(node)) return [];
    const tex = isMath(node) ? annotatedTex(node) : undefined;
    if (tex !== undefined) return [{ ...look, text: tex, md: tex }];
    return elementRuns(node, context, look);
  });
}

function elementRuns(element: Element, context: HtmlContext, look: Look): Run[] {
  switch (element.tagName) {
    case 'br':
      return [{ text: '\n' }];
    case 'wbr':
      return [];
    case 'img':
      return pictureRun(element, context, look);
    case 'input':
      return inputRuns(element, look);
    case 'select':
      return textRun(selectedText(element), look);
    case 'textarea':
      return textRun(textContent(element), look);
    case 'q':
      return [{ ...look, text: '“' }, ...runsOf(element.childNodes, context, look), { ...look, text: '”' }];
    case 'a':
      return runsOf(element.childNodes, context, { ...look, ...linkLook(attributeOf(element, 'href')) });
    default:
      return runsOf(element.childNodes, context, { ...look, ...LOOKS[element.tagName] });
  }
}

function pictureRun(element: Element, context: HtmlContext, look: Look): Run[] {
  const picture = shownPicture(element, context);
  const runs = textRun(attributeOf(element, 'alt'), look);
  return picture ? [...runs, { text: '', picture }] : runs;
}

function textRun(text: string | undefined, look: Look): Run[] {
  return text === undefined || text.trim() === '' ? [] : [{ ...look, text }];
}

/** Links that run a script lead nowhere. */
function linkLook(href: string | undefined): Look {
  const url = href?.trim() ?? '';
  return url === '' || /^(?:javascript|data|vbscript):/i.test(url) ? {} : { url };
}

function inputRuns(element: Element, look: Look): Run[] {
  const type = (attributeOf(element, 'type') ?? 'text').toLowerCase();
  if (type === 'checkbox' || type === 'radio') {
    return [{ text: attributeOf(element, 'checked') === undefined ? '☐ ' : '☑ ' }];
  }
  if (type === 'password' || type === 'file' || type === 'image') return [];
  return textRun(attributeOf(element, 'value'), look);
}

function selectedText(select: Element): string {
  const options: Element[] = [];
  const collect = (node: Node): void => {
    if (!isElement(node)) return;
    if (node.tagName === 'option') options.push(node);
    else node.childNodes.forEach(collect);
  };
  select.childNodes.forEach(collect);
  const chosen = options.filter((option) => attributeOf(option, 'selected') !== undefined);
  return (chosen.length > 0 ? chosen : options.slice(0, 1))
    .map((option) => textContent(option).trim())
    .join(', ');
}

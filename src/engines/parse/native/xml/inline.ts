import type { XmlElement, XmlNode } from '../../containers/xml.ts';
import type { Inline } from '../../items/flow.ts';
import { inlineOf, type Run } from '../../items/inline.ts';
import { linkAddress } from '../web-address.ts';
import { chosenAlternative, formulaOf } from './formulas.ts';
import { LOOKS, SILENT } from './vocabulary.ts';

export type InlineOptions = Parameters<typeof inlineOf>[1];

/** Some nodes as a line of text. Blanks are collapsed. @param standsAlone whether they are in a formula on lines of its own */
export function inlineOfNodes(
  nodes: readonly XmlNode[],
  options: InlineOptions,
  standsAlone = false,
): Inline {
  return inlineOf(tidyBlanks(runsOf(nodes, {}, standsAlone)), options);
}

/** Whether an element has text of its own and not only elements. */
export function hasOwnText(element: XmlElement): boolean {
  return element.children.some((node) => typeof node === 'string' && node.trim() !== '');
}

function runsOf(nodes: readonly XmlNode[], look: Omit<Run, 'text'>, standsAlone: boolean): Run[] {
  return nodes.flatMap((node): Run[] => {
    if (typeof node === 'string') return [{ ...look, text: node.replaceAll(/\s+/g, ' ') }];
    const name = node.name.toLowerCase();
    if (SILENT.has(name)) return [];
    if (name === 'alternatives') return runsOf(chosenAlternative(node), look, standsAlone);
    const formula = formulaOf(node, standsAlone);
    if (formula !== undefined) return [{ ...look, text: formula, md: formula }];
    if (name === 'br' || name === 'break' || name === 'lb') return [{ text: '\n' }];
    const url = linkAddress(
      /^(?:ext-link|ulink|link|a|uri|xref|ref)$/.test(name)
        ? (node.attributes['xlink:href'] ?? node.attributes['href'] ?? node.attributes['url'])
        : undefined,
    );
    const inner = { ...look, ...LOOKS[name], ...(url !== undefined && { url }) };
    const alone = standsAlone || name === 'disp-formula';
    if (hasOwnText(node)) return runsOf(node.children, inner, alone);
    // Parts of a name or of a formula stand beside each other without a blank in the file.
    return node.children
      .filter((child) => typeof child !== 'string')
      .flatMap((child, index) => [...(index > 0 ? [{ text: ' ' }] : []), ...runsOf([child], inner, alone)]);
  });
}

function tidyBlanks(runs: readonly Run[]): Run[] {
  let last = '';
  return runs.flatMap((run) => {
    const text = last === '' || /\s$/.test(last) ? run.text.replace(/^ +/, '') : run.text;
    if (text === '') return [];
    last = text;
    return [{ ...run, text }];
  });
}

import { attribute, elements, type XmlElement } from '../../containers/xml.ts';
import { isOn } from '../ooxml/package.ts';

/** What properties are called; those that say nothing about how text looks are left out. */
const NAMES: Readonly<Record<string, string>> = {
  b: 'bold',
  i: 'italic',
  u: 'underline',
  strike: 'strikethrough',
  dstrike: 'double strikethrough',
  caps: 'capitals',
  smallCaps: 'small capitals',
  vanish: 'hidden',
  sz: 'size',
  color: 'color',
  highlight: 'highlight',
  vertAlign: 'position',
  rFonts: 'font',
  rStyle: 'style',
  pStyle: 'style',
  jc: 'alignment',
  ind: 'indent',
  spacing: 'spacing',
  numPr: 'numbering',
};
const SWITCHES = new Set(['b', 'i', 'strike', 'dstrike', 'caps', 'smallCaps', 'vanish']);

/**
 * Says what a tracked change made of the format of a run or paragraph (ECMA-376 part 1, 17.13.5), such as
 * `bold, no italic, size 14`.
 * @param properties as they are now, with the change and what was before inside
 */
export function describeFormat(properties: XmlElement, change: XmlElement): string {
  const now = told(properties);
  const before = told(elements(change)[0]);
  const parts = [...now].flatMap(([name, value]) => (before.get(name) === value ? [] : [value]));
  for (const name of before.keys()) if (!now.has(name)) parts.push(`no ${name}`);
  return parts.length > 0 ? parts.join(', ') : 'format';
}

/** What is set, by its name; a switch that is off is as good as absent. */
function told(properties: XmlElement | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const node of elements(properties)) {
    const name = NAMES[node.name];
    if (name === undefined) continue;
    if (SWITCHES.has(node.name)) {
      if (isOn(node)) found.set(name, name);
      continue;
    }
    const value = valueOf(node);
    found.set(name, value === undefined ? name : `${name} ${value}`);
  }
  return found;
}

function valueOf(node: XmlElement): string | undefined {
  const value = attribute(node, node.name === 'rFonts' ? 'ascii' : 'val');
  return node.name === 'sz' && value !== undefined ? String(Number(value) / 2) : value;
}

import { expect, test } from 'vitest';
import { parseXml } from '../../containers/xml.ts';
import { NumberingCounters } from './numbering.ts';

const level = (index: number, text: string, more = '') =>
  `<lvl ilvl="${index}"><start val="1"/><numFmt val="decimal"/>${more}<lvlText val="${text}"/></lvl>`;

test('levels below restart unless told not to, and a level above that never showed counts as its start', () => {
  const part = parseXml(
    `<numbering><abstractNum abstractNumId="0">${level(0, '%1')}${level(1, '%1.%2')}${level(2, '%1.%2.%3', '<lvlRestart val="0"/>')}</abstractNum><num numId="1"><abstractNumId val="0"/></num></numbering>`,
  );
  const counters = new NumberingCounters(part, () => undefined);
  const labels = [1, 2, 0, 1, 2].map((at) => counters.advance('1', at)?.label);
  expect(labels).toEqual(['1.1', '1.1.1', '2', '2.1', '2.1.2']);
  expect(counters.advance('9', 0)).toBeUndefined();
});

test('a numbering may take its levels from a numbering style', () => {
  const part = parseXml(
    `<numbering><abstractNum abstractNumId="0"><numStyleLink val="S"/></abstractNum><abstractNum abstractNumId="1">${level(0, '%1)')}</abstractNum><num numId="1"><abstractNumId val="0"/></num><num numId="2"><abstractNumId val="1"/></num></numbering>`,
  );
  const counters = new NumberingCounters(part, (style) => (style === 'S' ? '2' : undefined));
  expect([counters.advance('1', 0), counters.advance('2', 0)].map((mark) => mark?.label)).toEqual([
    '1)',
    '2)',
  ]);
});

import { elements, type XmlElement } from '../../containers/xml.ts';
import type { Inline } from '../../items/flow.ts';
import { inlineOf } from '../../items/inline.ts';
import { linesOf } from '../block-lines.ts';
import { headingLevel } from './heading-level.ts';
import { labelOf } from './list-counters.ts';
import type { AddBlock, OdfPlace } from './place.ts';
import { paragraphRuns } from './runs.ts';

/** Deeper lists stay beside each other. */
const DEEPEST_LEVEL = 10;

interface Around {
  readonly level: number;
  readonly style: string | undefined;
  /** Numbers of the lists around, by level from 1. */
  readonly values: readonly (number | undefined)[];
}

/** A list (OpenDocument 1.3 part 3, 5.3): its paragraphs are entries, and its headings, which lists number, stay headings. */
export function addList(
  list: XmlElement,
  place: OdfPlace,
  addBlock: AddBlock,
  around: Around = { level: 0, style: undefined, values: [] },
): void {
  const { context } = place;
  const level = Math.min(around.level + 1, DEEPEST_LEVEL);
  const style =
    list.attributes['text:style-name'] ??
    around.style ??
    context.styles.listStyleOf(firstParagraphStyle(list));
  const levels = context.styles.listLevels(style);
  const definition = levels.get(level);
  const ordered = definition !== undefined && definition.ordered && definition.format !== '';
  const keys = [`style ${style} ${level}`, `id ${list.attributes['xml:id']} ${level}`];
  const continued = list.attributes['text:continue-list'];
  const goesOn = continued !== undefined || list.attributes['text:continue-numbering'] === 'true';
  const from = continued === undefined ? keys[0] : `id ${continued} ${level}`;
  let value = goesOn ? place.context.lists.last(from ?? '') : (definition?.start ?? 1) - 1;
  for (const item of elements(list)) {
    if (item.name !== 'list-item' && item.name !== 'list-header') continue;
    const start = Number(item.attributes['text:start-value']);
    if (item.name === 'list-item') value = start > 0 ? start : value + 1;
    const values = [...around.values];
    values[level] = value;
    const label = ordered ? labelOf(values, level, levels) : '';
    addItem(item, { place, addBlock }, { level, style, values }, { ordered, value, label });
  }
  context.lists.remember(keys, value);
}

interface Mark {
  readonly ordered: boolean;
  readonly value: number;
  readonly label: string;
}

function addItem(
  item: XmlElement,
  { place, addBlock }: { place: OdfPlace; addBlock: AddBlock },
  around: Around,
  mark: Mark,
): void {
  const { context, collector } = place;
  let lines: Inline[] = [];
  const flush = () => {
    if (lines.length > 0) {
      const content = linesOf(lines.map((line) => ({ kind: 'paragraph', content: line })));
      const { ordered, value, label } = mark;
      // A label of several levels says more than a list's own number.
      const several = label.includes('.') && label !== `${value}.`;
      const shown = several
        ? { ...content, text: `${label} ${content.text}`, md: `${label} ${content.md}` }
        : content;
      const written = ordered && !several && label !== '' && label !== `${value}.`;
      const entry = { content: shown, level: around.level - 1, ordered: ordered && !several };
      collector.addEntry({ ...entry, ...(entry.ordered && { number: value }), ...(written && { label }) });
    }
    lines = [];
  };
  for (const node of elements(item)) {
    if (node.name === 'p' && headingLevel(node, context) === undefined) {
      const { runs, blocks } = paragraphRuns(node, context);
      const content = inlineOf(runs, context);
      if (content.text !== '') lines.push(content);
      if (blocks.length > 0) {
        flush();
        collector.add(...blocks);
      }
    } else {
      flush();
      if (node.name === 'list') addList(node, place, addBlock, around);
      else addBlock(node, place);
    }
  }
  flush();
}

function firstParagraphStyle(list: XmlElement): string | undefined {
  for (const item of elements(list))
    for (const node of elements(item)) if (node.name === 'p') return node.attributes['text:style-name'];
  return undefined;
}

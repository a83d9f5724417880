import { attribute, child, elements, textOf, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import { escapeMarkdown } from '../../items/markup.ts';
import type { TableCell } from '../../items/table.ts';
import { contentOf, findBelow } from './alternate-content.ts';
import { drawingLines } from './drawing-ml.ts';

/** More points than a chart can show. */
const MOST_POINTS = 10_000;
const MOST_SERIES = 255;

interface Series {
  readonly name: string;
  readonly categories: readonly string[];
  readonly values: ReadonlyMap<number, string>;
}

/**
 * A chart (ECMA-376 part 1, 21.2) as its title and the table of the values it draws: a row for each category, a column
 * for each series.
 * @param options.skipData leaves the table out
 */
export function chartBlocks(
  part: XmlElement | undefined,
  options: { readonly skipData: boolean },
): FlowBlock[] {
  const chart = findBelow(part, 'chart') ?? part;
  const title = drawingLines(child(chart, 'title')).join(' ');
  const blocks: FlowBlock[] = title === '' ? [] : [{ kind: 'paragraph', content: plainInline(title) }];
  if (options.skipData) return blocks;
  const series = seriesBelow(child(chart, 'plotArea')).slice(0, MOST_SERIES).map(readSeries);
  const rows = tableRows(series);
  return rows.length > 1 ? [...blocks, { kind: 'table', rows, headerRows: 1 }] : blocks;
}

function seriesBelow(parent: XmlElement | undefined): XmlElement[] {
  return contentOf(parent).flatMap((plot) => (plot.name.endsWith('Chart') ? elements(plot, 'ser') : []));
}

function readSeries(series: XmlElement): Series {
  const points = (name: string) => readPoints(child(series, name));
  const categories = points('cat').size > 0 ? points('cat') : points('xVal');
  const values = points('val').size > 0 ? points('val') : points('yVal');
  const name = [...readPoints(child(series, 'tx')).values()].join(' ') || literal(child(series, 'tx'));
  const last = Math.max(-1, ...categories.keys());
  return {
    name,
    categories: Array.from({ length: last + 1 }, (_, index) => categories.get(index) ?? ''),
    values,
  };
}

function literal(element: XmlElement | undefined): string {
  const value = child(element, 'v');
  return value ? textOf(value) : '';
}

/** The cached points of a reference, by index; several levels of categories stand behind each other. */
function readPoints(element: XmlElement | undefined): Map<number, string> {
  const points = new Map<number, string>();
  const walk = (parent: XmlElement): void => {
    for (const node of elements(parent)) {
      if (node.name !== 'pt') walk(node);
      else {
        const index = Number(attribute(node, 'idx'));
        if (!(index >= 0 && index < MOST_POINTS)) continue;
        const text = literal(node);
        const before = points.get(index);
        points.set(index, before === undefined ? text : `${text} ${before}`);
      }
    }
  };
  if (element) walk(element);
  return points;
}

function tableRows(series: readonly Series[]): TableCell[][] {
  const categories = series.find((one) => one.categories.length > 0)?.categories ?? [];
  let length = categories.length;
  for (const one of series) for (const index of one.values.keys()) length = Math.max(length, index + 1);
  if (series.length === 0 || length === 0) return [];
  const cell = (text: string): TableCell => ({ md: escapeMarkdown(text), value: text });
  const body = Array.from({ length }, (_, index) => [
    cell(categories[index] ?? ''),
    ...series.map((one) => valueCell(one.values.get(index))),
  ]);
  return [[cell(''), ...series.map((one) => cell(one.name))], ...body];
}

function valueCell(text: string | undefined): TableCell {
  const value = text === undefined || text.trim() === '' ? undefined : Number(text);
  if (text === undefined || value === undefined || !Number.isFinite(value))
    return { md: escapeMarkdown(text ?? ''), value: text ?? '' };
  // Stored values carry the noise of binary fractions: 4.2999999999999998.
  const rounded = Number(value.toPrecision(15));
  return { md: String(rounded), value: rounded };
}

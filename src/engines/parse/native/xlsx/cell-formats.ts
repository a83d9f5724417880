import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import { BUILT_IN_FORMATS, numberFormat, type NumberFormat } from '../spreadsheet/number-format.ts';

/** The number format of each cell format, by its number in `s` of a cell. */
export type CellFormats = (style: number) => NumberFormat;

/** Reads number formats off the styles part (ECMA-376 part 1, 18.8). Without one, every number is General. */
export function readCellFormats(root: XmlElement | undefined, date1904: boolean): CellFormats {
  const general = numberFormat('General', date1904);
  if (!root) return () => general;
  const codes = new Map<number, string>();
  for (const format of elements(child(root, 'numFmts'), 'numFmt'))
    codes.set(Number(attribute(format, 'numFmtId')), attribute(format, 'formatCode') ?? 'General');
  const made = new Map<number, NumberFormat>();
  const byId = (id: number): NumberFormat => {
    const known = made.get(id);
    if (known) return known;
    const format = numberFormat(codes.get(id) ?? BUILT_IN_FORMATS[id] ?? 'General', date1904);
    made.set(id, format);
    return format;
  };
  const ids = elements(child(root, 'cellXfs'), 'xf').map((xf) => Number(attribute(xf, 'numFmtId') ?? 0));
  return (style) => byId(ids[style] ?? 0);
}

/** How many formulas a sheet has, and of how many the stored result is missing or 0. */
export interface FormulaCount {
  all: number;
  empty: number;
  zero: number;
}

/** A sheet with fewer formulas may well have nothing but zeros. */
const FEWEST_ZEROS = 4;

/**
 * Whether zeros are probably no results. Programs that do not compute write 0 behind their formulas: XlsxWriter, which
 * also asks for them to be calculated on opening, and Apache POI while it streams, which does not.
 * @param isCalculatedOnLoad `fullCalcOnLoad` of the workbook (ECMA-376 part 1, 18.2.2)
 */
export function areZerosDoubtful({ all, zero }: FormulaCount, isCalculatedOnLoad: boolean): boolean {
  return isCalculatedOnLoad ? zero > 0 : zero === all && zero >= FEWEST_ZEROS;
}

/** Characters that a formula may have in Excel; a longer one is no link. */
export const LONGEST_FORMULA = 8_192;

const LINK = /^\s*=?\s*HYPERLINK\(\s*("(?:[^"]|"")*")\s*(?:,\s*("(?:[^"]|"")*")\s*)?\)\s*$/i;

/** What a link shows whose address and label stand in its formula as they are; without a label it shows the address. */
export function linkLabel(formula: string): string | undefined {
  const [, address, label = address] = LINK.exec(formula) ?? [];
  return label?.slice(1, -1).replaceAll('""', '"');
}

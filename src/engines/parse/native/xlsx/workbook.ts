import { attribute, child, elements } from '../../containers/xml.ts';
import { firstOfType, isTrue, relationshipId, type OoxmlPackage } from '../ooxml/package.ts';
import { readCellFormats, type CellFormats } from './cell-formats.ts';
import { readSharedStrings } from './shared-strings.ts';

/** A sheet as the workbook lists it. */
export interface WorkbookSheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Name of the part that holds it; undefined for sheets without cells, such as chart sheets. */
  readonly part: string | undefined;
}

export interface Workbook {
  readonly sheets: readonly WorkbookSheet[];
  readonly strings: readonly string[];
  readonly formats: CellFormats;
  /** Whether its writer asks for all formulas to be calculated on opening. */
  readonly isCalculatedOnLoad: boolean;
  /** What is wrong with the part that holds the texts, if it is damaged. */
  readonly damage: string | undefined;
}

/** Sheets that are read of one workbook. */
const MOST_SHEETS = 10_000;

/** Reads everything that sheets share (ECMA-376 part 1, 18.2). @throws {DocumentFailure} */
export async function readWorkbook(source: OoxmlPackage): Promise<Workbook> {
  const { root, relationships } = await source.main('xl/workbook.xml');
  const sheets = elements(child(root, 'sheets'), 'sheet')
    .slice(0, MOST_SHEETS)
    .map((sheet, index): WorkbookSheet => {
      const target = relationships.get(relationshipId(sheet) ?? '');
      const isOther = target !== undefined && /sheet$/i.test(target.type) && target.type !== 'worksheet';
      return {
        name: attribute(sheet, 'name') ?? `Sheet ${index + 1}`,
        isHidden: /hidden$/i.test(attribute(sheet, 'state') ?? ''),
        // Macro sheets of Excel 4 have cells like others.
        part: isOther && !/macrosheet$/i.test(target.type) ? undefined : (target?.target ?? ''),
      };
    });
  const strings = firstOfType(relationships, 'sharedStrings');
  const styles = firstOfType(relationships, 'styles');
  const date1904 = isTrue(attribute(child(root, 'workbookPr'), 'date1904'));
  const shared = strings && (await readSharedStrings(source.chunks(strings.target)));
  return {
    sheets,
    strings: shared?.strings ?? [],
    damage: shared?.damage,
    isCalculatedOnLoad: isTrue(attribute(child(root, 'calcPr'), 'fullCalcOnLoad')),
    formats: readCellFormats(styles && (await source.part(styles.target)), date1904),
  };
}

import { streamXml } from '../../containers/xml-stream.ts';
import { openZip } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { DocumentReader } from '../../reader.ts';
import { NATIVE_ENGINE } from '../flow-document.ts';
import { assertOpen, packagePicture } from '../odf/package.ts';
import { PicturePages } from '../pictures/picture-pages.ts';
import { LEFT_OUT, NOTHING_HIDDEN, withoutHidden } from '../spreadsheet/hidden.ts';
import { mergeCells } from '../spreadsheet/sheet.ts';
import { sheetBlocks } from '../spreadsheet/sheet-blocks.ts';
import { shownSheets } from '../spreadsheet/shown-sheets.ts';
import { OdsListener, type OdsSheet } from './sheet-listener.ts';

/** Reads OpenDocument spreadsheets (OpenDocument 1.3 part 3, 9): every sheet is a page. */
export const openOds: DocumentReader = async (input) => {
  const { options } = input;
  const listener = new OdsListener();
  const zip = await openZip(input.path);
  try {
    await assertOpen(zip, input.warn);
    const damage = await streamXml(zip.chunks('content.xml'), listener);
    if (damage !== undefined && listener.sheets.every((sheet) => sheet.rows.length === 0))
      throw new DocumentFailure(
        'DOCUMENT_IS_BROKEN',
        `The spreadsheet is damaged: ${damage}. Save it again and upload it.`,
      );
    if (damage !== undefined)
      input.warn(`The spreadsheet is damaged (${damage}); what stands before the damage was read.`);
  } finally {
    await zip.close();
  }
  const sheets = shownSheets(listener.sheets, input);
  const pictures = new PicturePages(input);
  let warned = false;
  const blocks = (sheet: OdsSheet): FlowBlock[] => {
    const hidden = options.spreadsheet.includeHiddenSheets ? NOTHING_HIDDEN : sheet.hidden;
    const shown = withoutHidden(sheet.rows, sheet.merges, hidden);
    if (shown.leftOut && !warned) input.warn(LEFT_OUT);
    warned ||= shown.leftOut;
    return sheetBlocks(
      sheet.name,
      mergeCells(shown.rows, shown.merges),
      { annotateLinks: options.annotateLinks, detectSubTables: options.spreadsheet.detectSubTables },
      [
        ...sheet.drawn.map((line) => ({ kind: 'paragraph', content: plainInline(line) }) as const),
        ...sheet.pictures.map(
          ({ href, caption }) =>
            ({
              kind: 'image',
              caption,
              source: packagePicture(href, zip),
              isWithin: caption === '',
            }) as const,
        ),
        ...notesBlocks(sheet),
      ],
    );
  };
  return {
    engine: NATIVE_ENGINE,
    documentPages: sheets.length,
    offers: ['embedded'],
    read: (pageNumbers) =>
      pictures.read(
        pageNumbers.flatMap((pageNumber) => {
          const sheet = sheets[pageNumber - 1];
          return sheet ? [{ pageNumber, blocks: blocks(sheet) }] : [];
        }),
      ),
    finish: () => pictures.finish(),
  };
};

/** A list that names the cells. */
function notesBlocks({ notes }: OdsSheet): FlowBlock[] {
  const entries = notes.map(({ cell, text }) => ({ content: plainInline(`${cell}: ${text}`) }));
  return entries.length > 0 ? [{ kind: 'list', ordered: false, entries }] : [];
}

import type { Media } from '../media/media.ts';
import type { OfficeFormat } from './reader.ts';

/** Slides that are hidden have pages too, so that page numbers are those of the presentation. */
const ALL_SLIDES = 'impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}';

/**
 * What LibreOffice converts, and into what: texts and slides into PDF, whose pages have places; workbooks into XLSX,
 * because PDF breaks sheets over pages. Nothing that is HTML at heart may be added: LibreOffice opens the files and
 * addresses it names.
 */
export const OFFICE_FORMATS = {
  doc: {
    description: 'a Word document of the old kind (DOC)',
    extension: 'doc',
    target: 'pdf',
    filter: 'writer_pdf_Export',
  },
  xls: {
    description: 'an Excel workbook of the old kind (XLS)',
    extension: 'xls',
    target: 'xlsx',
    filter: 'Calc MS Excel 2007 XML',
  },
  ppt: {
    description: 'a PowerPoint presentation of the old kind (PPT)',
    extension: 'ppt',
    target: 'pdf',
    filter: ALL_SLIDES,
  },
  'other-workbook': {
    description: 'a workbook of a rare kind',
    extension: 'bin',
    target: 'xlsx',
    filter: 'Calc MS Excel 2007 XML',
  },
  'other-office': { description: 'an office document of a rare kind', extension: 'bin', target: 'pdf' },
} as const satisfies Partial<Record<Media, OfficeFormat>>;

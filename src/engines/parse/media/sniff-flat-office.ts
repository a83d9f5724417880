import type { Media } from './media.ts';

/** What may stand before the first element: declarations, instructions, comments. Each ends where it first can. */
const FIRST_ELEMENT =
  /^(?:(?:<\?(?:(?!\?>)[^])*\?>|<!--(?:(?!-->)[^])*-->|<!doctype[^<>[]*>)\s*)*<(?:[\w.-]+:)?([\w.-]+)(\s[^<>]*)/i;

/**
 * Office documents that are one XML file, told by their first element: OpenDocument (1.3 part 3, 3.1.2), and Excel and Word
 * as of 2003. As plain XML their cells would stand under wrong columns.
 * @param start the text from its first sign
 */
export function sniffFlatOffice(start: string): Media | undefined {
  const [, name, attributes = ''] = FIRST_ELEMENT.exec(start) ?? [];
  if (name === 'Workbook' && attributes.includes('"urn:schemas-microsoft-com:office:spreadsheet"'))
    return 'other-workbook';
  if (name === 'wordDocument' && attributes.includes('/office/word/2003/wordml"')) return 'other-office';
  if (name !== 'document') return undefined;
  const kind = /\soffice:mimetype\s*=\s*["']application\/vnd\.oasis\.opendocument\.([\w-]+)/.exec(
    attributes,
  )?.[1];
  if (kind === undefined) return undefined;
  return kind.startsWith('spreadsheet') ? 'other-workbook' : 'other-office';
}

import type { Box, CodeItem } from '../../../model/document.ts';
import { fenceFor } from './markup.ts';

/** Makes a code item, fenced so that its own fences cannot end it; undefined for nothing but blanks. */
export function codeItem(value: string, language = '', boxes: readonly Box[] = []): CodeItem | undefined {
  if (value.trim() === '') return undefined;
  const fence = fenceFor(value, 3);
  const md = `${fence}${language}\n${value}\n${fence}`;
  return { type: 'code', value, md, boxes, ...(language === '' ? {} : { language }) };
}

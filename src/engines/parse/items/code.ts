import type { Box, CodeItem } from '../../../model/document.ts';

/** Makes a code item, fenced so that its own fences cannot end it; undefined for nothing but blanks. */
export function codeItem(value: string, language = '', boxes: readonly Box[] = []): CodeItem | undefined {
  if (value.trim() === '') return undefined;
  const longest = Math.max(2, ...Array.from(value.matchAll(/`{3,}/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const md = `${fence}${language}\n${value}\n${fence}`;
  return { type: 'code', value, md, boxes, ...(language === '' ? {} : { language }) };
}

import type { TextItem } from '@llamaindex/liteparse';

/** The text of a line, whose runs stand from left to right. */
export function lineText(line: readonly Pick<TextItem, 'text'>[]): string {
  return line.map((item) => item.text.trim()).join(' ');
}

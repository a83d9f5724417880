import type { BodyItem } from '../../../model/document.ts';

/** A page's markdown: its items one after the other, tables as HTML unless the owner asked for markdown. */
export function bodyMarkdown(items: readonly BodyItem[], tablesAsMarkdown: boolean): string {
  const parts: string[] = [];
  for (const item of items) {
    // Links stand inside the text already.
    if (item.type === 'link') continue;
    const md = item.type === 'table' && !tablesAsMarkdown ? item.html : item.md;
    if (md !== '') parts.push(md);
  }
  return parts.join('\n\n');
}

import { JOINED_SEPARATORS } from '../../../model/joined-pages.ts';
import type { Page } from '../../../model/document.ts';
import { plainText } from '../items/markup.ts';

/**
 * A page's words without any formatting (contract 7.2, `additional_outputs`): what its items say, one behind the
 * other, tables cell by cell. Pictures and link targets are no words.
 */
export function strippedText(page: Page): string {
  if (!page.success) return '';
  const parts: string[] = [];
  for (const item of page.items) {
    switch (item.type) {
      case 'text':
      case 'heading':
      case 'code':
        parts.push(item.value);
        break;
      case 'list':
        parts.push(listText(item));
        break;
      case 'table':
        parts.push(
          item.rows
            .map((row) =>
              row
                .map((cell) => cell ?? '')
                .join(' ')
                .trimEnd(),
            )
            .join('\n'),
        );
        break;
      case 'image':
        if (item.caption !== '') parts.push(plainText(item.caption));
        break;
      // Links stand inside the text already; headers and footers are no part of a page's markdown.
      case 'link':
      case 'header':
      case 'footer':
    }
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

type List = Extract<Extract<Page, { success: true }>['items'][number], { type: 'list' }>;

function listText(list: List): string {
  return list.items.map((item) => (item.type === 'list' ? listText(item) : item.value)).join('\n');
}

/** What stands between the stripped pages of a document: the same as between those of its markdown. */
export const STRIPPED_SEPARATOR = JOINED_SEPARATORS.markdown;

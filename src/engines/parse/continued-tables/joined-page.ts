import type { BodyItem, Item, LineNumber, ReadPage } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { bodyMarkdown } from '../items/page-markdown.ts';

/** A page with another item in one of its places, and the markdown that goes with it. */
export function withItem(page: ReadPage, index: number, item: Item, options: ParseOptions): ReadPage {
  const items = page.items.map((one, at) => (at === index ? item : one));
  const body = items.filter((one): one is BodyItem => one.type !== 'header' && one.type !== 'footer');
  const markdown = bodyMarkdown(body, options.tablesAsMarkdown);
  const { lineNumbers } = page;
  return {
    ...page,
    items,
    markdown,
    ...(lineNumbers && { lineNumbers: moved(lineNumbers, page.markdown, markdown) }),
  };
}

/** Line numbers where the markdown around one change is as it was; those inside the change are gone. */
function moved(numbers: readonly LineNumber[], before: string, after: string): LineNumber[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const shift = after.length - before.length;
  return numbers.flatMap((number) => {
    if (number.endIndex <= start) return [number];
    if (number.startIndex < before.length - end) return [];
    const { lineNumber, startIndex, endIndex } = number;
    return [{ lineNumber, startIndex: startIndex + shift, endIndex: endIndex + shift }];
  });
}

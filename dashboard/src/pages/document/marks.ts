import type { PageItem, ParseResult } from '../../api/wire.ts';

/** A rectangle on a page, in the page's own units from its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Something that stands on a page: hovering it here shows it there. */
export interface Mark {
  readonly id: string;
  readonly boxes: readonly Box[];
  readonly label: string;
}

/** One page that was read. */
export interface ReadPage {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly items: readonly PageItem[];
  /** Why the page could not be read. */
  readonly error: string | null;
}

export function pagesOf(result: ParseResult | undefined): readonly ReadPage[] {
  return (result?.items?.pages ?? []).map((page) =>
    page.success
      ? {
          number: page.page_number,
          width: page.page_width,
          height: page.page_height,
          items: page.items,
          error: null,
        }
      : { number: page.page_number, width: 595, height: 842, items: [], error: page.error },
  );
}

export const itemId = (page: number, index: number): string => `item-${page}-${index}`;

export function marksOf({ number, items }: ReadPage): readonly Mark[] {
  return items.map((item, index) => ({
    id: itemId(number, index),
    boxes: item.bbox ?? [],
    label: item.type,
  }));
}

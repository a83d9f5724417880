import type { Page } from '../../services/paging.ts';

/** A page of a list as the wire shows it. */
export function presentPage<Row, Item>(page: Page<Row>, present: (row: Row) => Item) {
  return {
    items: page.items.map((row) => present(row)),
    next_page_token: page.nextPageToken,
    total_size: page.totalSize,
  };
}

import { Type, type TSchema } from 'typebox';

import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../services/paging.ts';
import { Maybe } from './fields.ts';

/**
 * The body of a list answer. An absent, null or empty `next_page_token` is the last page, and a page with a
 * token is never empty: the official client stops at the first empty page (contract 13.4).
 */
export function Page<T extends TSchema>(item: T, id: string) {
  return Type.Object(
    {
      items: Type.Array(item),
      next_page_token: Maybe(
        Type.String({ description: 'Give this back as page_token to read on; null on the last page.' }),
      ),
      total_size: Maybe(
        Type.Integer({ description: 'Items in the whole list: exact up to 10,000, an estimate beyond.' }),
      ),
    },
    { $id: id },
  );
}

/** Query fields of every list that is read in pages. */
export const PageQuery = {
  page_size: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: `Items per page. Default ${DEFAULT_PAGE_SIZE}; more than ${MAX_PAGE_SIZE} counts as ${MAX_PAGE_SIZE}.`,
    }),
  ),
  page_token: Type.Optional(Type.String({ description: 'next_page_token of the page before.' })),
};

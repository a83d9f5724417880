import { validationError } from '../errors.ts';
import type { PageRequest, RowPage } from '../store/pages.ts';
import type { Services } from './context.ts';

/** Rows of a page when the client does not say. */
export const DEFAULT_PAGE_SIZE = 50;
/** Larger wishes are served with this many (contract section 3). */
export const MAX_PAGE_SIZE = 1000;

/** What a client asks of a list. */
export interface PageQuery {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** One page as it is answered. */
export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextPageToken: string | null;
  readonly totalSize: number;
}

/**
 * Turns the client's wish into a page request.
 * @param filters everything that decides which rows are listed; the token is good only for the same ones
 * @param source where the client's page token stands
 * @throws a 422 for a token that Sheaf did not make for these filters
 */
export function toPageRequest(
  services: Services,
  query: PageQuery,
  filters: Record<string, unknown>,
  source: 'query' | 'body' = 'query',
): PageRequest {
  const size = Math.min(query.pageSize ?? DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  if (!query.pageToken) return { size };
  const after = services.pageTokens.decode(query.pageToken, filters);
  if (!after) {
    throw validationError({
      type: 'value_error',
      loc: [source, 'page_token'],
      msg: 'Not a page token of this list: pass next_page_token unchanged, with the same filters as before',
    });
  }
  return { size, after };
}

export function toPage<Row>(
  services: Services,
  rows: RowPage<Row>,
  filters: Record<string, unknown>,
): Page<Row> {
  return {
    items: rows.rows,
    nextPageToken: rows.next ? services.pageTokens.encode(rows.next, filters) : null,
    totalSize: rows.total,
  };
}

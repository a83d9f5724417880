import { useInfiniteQuery, type QueryKey, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page } from '../api/client.ts';

interface PagedListOptions<Row> {
  readonly queryKey: QueryKey;
  /** Fetches one page; without a token, the first. */
  readonly fetchPage: (pageToken: string | undefined, signal: AbortSignal) => Promise<Page<Row>>;
  /** How long until the list is read again, in milliseconds, as long as one page of it is loaded; absent: never. */
  readonly pollMs?: number;
  readonly staleTime?: number;
  readonly structuralSharing?: boolean;
  readonly refetchOnReconnect?: boolean;
}

/** A list of the server as far as it is loaded. */
export interface PagedList<Row> {
  readonly rows: readonly Row[];
  /** Rows in the whole list, where the server says so. */
  readonly total: number | undefined;
  readonly query: Pick<
    UseInfiniteQueryResult,
    'isPending' | 'isError' | 'isSuccess' | 'error' | 'refetch' | 'isFetchingNextPage'
  >;
  /** Fetches the next page, unless there is none or it is on its way. */
  readonly more: () => void;
}

/** A list that is read page by page as it is scrolled. */
export function usePagedList<Row>({ fetchPage, pollMs, ...options }: PagedListOptions<Row>): PagedList<Row> {
  const query = useInfiniteQuery({
    ...options,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_page_token ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : (pollMs ?? false)),
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return { rows, total: data?.pages[0]?.total_size ?? undefined, query, more };
}

import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { getBatch, hasEnded, listBatches, type BatchFilter } from '../../api/batches.ts';
import type { Batch } from '../../api/wire.ts';
import { usePagedList, type PagedList } from '../../components/use-paged-list.ts';

const POLL_MS = 2_500;
/** Rows in sight that are asked for one by one because the newest page does not hold them. */
const MAX_FOLLOWED = 40;

interface LiveBatches {
  readonly list: PagedList<Batch>;
  /** The last attempt to hear what is new failed; the list is as old as the one before. */
  readonly staleError: Error | null;
}

/**
 * The list of batches: pages by keyset as they are scrolled to, the newest page again and again for what is new, and
 * what is in sight and has not ended by itself.
 */
export function useBatches(filter: BatchFilter, visible: readonly Batch[]): LiveBatches {
  const queries = useQueryClient();
  const key = useMemo(() => ['batches', 'list', filter], [filter]);
  const pages = usePagedList({
    queryKey: key,
    fetchPage: (pageToken, signal) => listBatches(filter, pageToken, signal),
    staleTime: Infinity,
    // Comparing ten thousand batches with those of before on every page would be felt.
    structuralSharing: false,
    refetchOnReconnect: false,
  });
  const newest = useQuery({
    queryKey: ['batches', 'newest', filter],
    queryFn: ({ signal }) => listBatches(filter, undefined, signal),
    refetchInterval: POLL_MS,
    enabled: pages.query.isSuccess,
  });
  const head = newest.data?.items;
  const known = useMemo(() => new Set(head?.map(({ id }) => id)), [head]);
  const followed = useQueries({
    queries: visible
      .filter((batch) => !hasEnded(batch) && !known.has(batch.id))
      .slice(0, MAX_FOLLOWED)
      .map(({ id }) => ({
        queryKey: ['batch', id],
        queryFn: ({ signal }: { signal: AbortSignal }) => getBatch(id, signal),
        refetchInterval: POLL_MS,
      })),
  });

  const latest = followed.map((one) => one.data);
  const stamp = latest.map((batch) => `${batch?.id}${batch?.updated_at}${batch?.status}`).join();
  // The results of useQueries are a new list on every render; the stamp tells whether any of them changed.
  const rows = useMemo(() => merge(pages.rows, head, latest), [pages.rows, head, stamp]);
  useEffect(() => {
    if (hasGap(pages.rows, head)) void queries.resetQueries({ queryKey: key });
  }, [pages.rows, head, queries, key]);

  return {
    list: { ...pages, rows, total: newest.data?.total_size ?? pages.total },
    staleError: newest.isError ? newest.error : null,
  };
}

/** The newest page before the older ones, each batch once and as it was last seen. */
function merge(
  loaded: readonly Batch[],
  head: readonly Batch[] | undefined,
  latest: readonly (Batch | undefined)[],
): readonly Batch[] {
  const merged = new Map<string, Batch>();
  for (const batch of head ?? []) merged.set(batch.id, batch);
  for (const batch of loaded) if (!merged.has(batch.id)) merged.set(batch.id, batch);
  for (const batch of latest) if (batch && merged.has(batch.id)) merged.set(batch.id, batch);
  return [...merged.values()];
}

/** More batches came at once than a page holds, so that some are in neither. */
function hasGap(loaded: readonly Batch[], head: readonly Batch[] | undefined): boolean {
  const first = loaded[0]?.id;
  return (
    first !== undefined && head !== undefined && !head.some(({ id }) => id === first) && head.length >= 200
  );
}

import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { BATCH_STATUSES, type BatchFilter } from '../../api/batches.ts';

const NAMES = ['status', 'directory', 'from', 'to', 'q'] as const;
type FilterName = (typeof NAMES)[number];
export type FilterState = Readonly<Record<FilterName, string>>;

/** The list's filters as they stand in the page's address, so that a link shows what its sender saw. */
export function useFilter(): [FilterState, (name: FilterName, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const state = Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ''])) as FilterState;
  const set = useCallback(
    (name: FilterName, value: string) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [state, set];
}

/** The filters as the API takes them. Days begin and end where the reader is. */
export function toBatchFilter({ status, directory, from, to, q }: FilterState): BatchFilter {
  return {
    status: BATCH_STATUSES.find((known) => known === status),
    source_directory_id: directory.trim() || undefined,
    created_at_on_or_after: momentOf(from, 'T00:00:00.000'),
    created_at_on_or_before: momentOf(to, 'T23:59:59.999'),
    q: q.trim() || undefined,
  };
}

function momentOf(day: string, time: string): string | undefined {
  const moment = new Date(`${day}${time}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

import { BATCH_STATUSES, type BatchFilter } from '../../api/batches.ts';
import { useAddressFilter } from '../../components/use-address-filter.ts';

const NAMES = ['status', 'directory', 'from', 'to', 'q'] as const;
type FilterName = (typeof NAMES)[number];
export type FilterState = Readonly<Record<FilterName, string>>;

/** The list's filters, which stand in the page's address. */
export const useFilter = () => useAddressFilter(NAMES);

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

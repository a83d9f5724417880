import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from './data-table.tsx';
import { ErrorState, LoadingState } from './states.tsx';
import type { PagedList } from './use-paged-list.ts';

interface PagedTableProps<Row> extends Omit<DataTableProps<Row>, 'rows' | 'total' | 'onEnd'> {
  readonly list: PagedList<Row>;
  /** Read out while the first page is on its way. */
  readonly loading: string;
  /** Shown in place of the table where the list has no rows. */
  readonly empty: ReactNode;
}

/** The table of a list that is read page by page, and what is shown until there is one. */
export function PagedTable<Row>({ list, loading, empty, ...table }: PagedTableProps<Row>) {
  const { rows, total, query, more } = list;
  if (rows.length > 0) return <DataTable rows={rows} total={total} onEnd={more} {...table} />;
  if (query.isPending) return <LoadingState label={loading} />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return query.isSuccess ? empty : null;
}

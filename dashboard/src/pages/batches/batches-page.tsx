import { Plus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { messageOf } from '../../api/errors.ts';
import type { Batch } from '../../api/wire.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../components/states.tsx';
import { formatCount } from '../../format/numbers.ts';
import { BulkActions } from './bulk-actions.tsx';
import { BATCH_COLUMNS } from './columns.tsx';
import { Filters } from './filters.tsx';
import { useBatches } from './use-batches.ts';
import { toBatchFilter, useFilter } from './use-filter.ts';

const NONE: ReadonlySet<string> = new Set();
const idOf = ({ id }: Batch): string => id;

/** All batches of the project, newest first. */
export default function BatchesPage() {
  const [state, setFilter] = useFilter();
  const { status, directory, from, to, q } = state;
  const filter = useMemo(
    () => toBatchFilter({ status, directory, from, to, q }),
    [status, directory, from, to, q],
  );
  const [visible, setVisible] = useState<readonly Batch[]>([]);
  const [ticked, setTicked] = useState(NONE);
  const { batches, total, list, staleError } = useBatches(filter, visible);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const chosen = useMemo(() => batches.filter(({ id }) => ticked.has(id)), [batches, ticked]);
  const filtered = Object.values(state).some((value) => value !== '');

  return (
    <Page
      title="Batches"
      lead={total === undefined ? undefined : formatCount(total, 'batch', 'batches')}
      actions={<NewBatchLink />}
    >
      {chosen.length > 0 ? (
        <BulkActions chosen={chosen} onDone={() => setTicked(NONE)} />
      ) : (
        <Filters filter={state} set={setFilter} />
      )}
      {staleError !== null && <Notice look="warning">{messageOf(staleError)}</Notice>}
      {list.isPending && <LoadingState label="Loading batches …" />}
      {list.isError && batches.length === 0 && (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      )}
      {list.isSuccess && batches.length === 0 && <NoBatches filtered={filtered} />}
      {batches.length > 0 && (
        <DataTable
          label="Batches"
          rows={batches}
          columns={BATCH_COLUMNS}
          rowId={idOf}
          rowName={idOf}
          total={total}
          selection={ticked}
          onSelection={setTicked}
          onEnd={more}
          onVisible={setVisible}
          footer={isFetchingNextPage ? <p className="table-foot muted">Loading more …</p> : null}
        />
      )}
    </Page>
  );
}

function NewBatchLink() {
  return (
    <Link href="/batches/new" className="button button-primary">
      <Plus aria-hidden />
      New batch
    </Link>
  );
}

function NoBatches({ filtered }: { readonly filtered: boolean }) {
  if (filtered) return <EmptyState title="No batch matches">Loosen or clear the filters.</EmptyState>;
  return (
    <EmptyState title="No batches yet" action={<NewBatchLink />}>
      A batch runs one configuration over all files of a directory.
    </EmptyState>
  );
}

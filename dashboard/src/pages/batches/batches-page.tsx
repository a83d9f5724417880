import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { messageOf } from '../../api/errors.ts';
import type { Batch } from '../../api/wire.ts';
import { Page } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import { EmptyState, Notice } from '../../components/states.tsx';
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
  const { list, staleError } = useBatches(filter, visible);
  const { rows, total, query } = list;
  const chosen = useMemo(() => rows.filter(({ id }) => ticked.has(id)), [rows, ticked]);
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
      <PagedTable
        label="Batches"
        list={list}
        loading="Loading batches …"
        empty={<NoBatches filtered={filtered} />}
        columns={BATCH_COLUMNS}
        rowId={idOf}
        rowName={idOf}
        selection={ticked}
        onSelection={setTicked}
        onVisible={setVisible}
        footer={query.isFetchingNextPage ? <p className="table-foot muted">Loading more …</p> : null}
      />
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

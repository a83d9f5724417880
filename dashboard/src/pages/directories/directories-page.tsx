import { useInfiniteQuery } from '@tanstack/react-query';
import { FolderPlus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { deleteDirectory, DIRECTORY_TYPES, listDirectories } from '../../api/directories.ts';
import type { Directory } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Page, Toolbar } from '../../components/page.tsx';
import { SearchForm } from '../../components/search-form.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { formatNumber } from '../../format/numbers.ts';
import { NewDirectory } from './new-directory.tsx';

const idOf = ({ id }: Directory): string => id;

/** The directories of the project, newest first. */
export default function DirectoriesPage() {
  const [params, setParams] = useSearchParams();
  const [, navigate] = useLocation();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Directory | null>(null);
  const filter = useMemo(
    () => ({ name: params.get('name') ?? '', type: params.get('type') ?? '' }),
    [params],
  );
  const list = useInfiniteQuery({
    queryKey: ['directories', filter],
    queryFn: ({ pageParam, signal }) => listDirectories(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_page_token ?? undefined,
  });
  const remove = useAction(({ id }: Directory) => deleteDirectory(id), {
    says: (_, { name }) => `“${name}” is deleted.`,
    refresh: [['directories']],
    onDone: () => setLeaving(null),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total_size ?? undefined;
  const columns = useMemo(() => columnsOf(setLeaving), []);
  const set = (name: string, value: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const filtered = filter.name !== '' || filter.type !== '';

  return (
    <Page
      title="Directories"
      lead={total === undefined ? undefined : `${formatNumber(total)} in all`}
      actions={
        <Button look="primary" icon={<FolderPlus aria-hidden />} onClick={() => setMaking(true)}>
          New directory
        </Button>
      }
    >
      <Toolbar label="Filters">
        <SearchForm
          label="Whole name"
          placeholder="Whole name"
          value={filter.name}
          onValue={(value) => set('name', value)}
        />
        <select aria-label="Type" value={filter.type} onChange={(event) => set('type', event.target.value)}>
          <option value="">Any type</option>
          {DIRECTORY_TYPES.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </select>
      </Toolbar>
      {list.isPending && <LoadingState label="Loading directories …" />}
      {list.isError && rows.length === 0 && (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      )}
      {list.isSuccess && rows.length === 0 && (
        <EmptyState title={filtered ? 'No directory matches' : 'No directories yet'}>
          {filtered ? 'Loosen or clear the filters.' : 'A directory holds the files that a batch runs over.'}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Directories"
          rows={rows}
          columns={columns}
          rowId={idOf}
          total={total}
          onEnd={more}
        />
      )}
      {making && (
        <NewDirectory onClose={() => setMaking(false)} onMade={({ id }) => navigate(`/directories/${id}`)} />
      )}
      {leaving && (
        <Confirm
          title={`Delete “${leaving.name}”?`}
          action="Delete it"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => setLeaving(null)}
        >
          Its files go with it, unless something else needs them. Batches that have begun keep their results;
          files that have no job yet are not run.
        </Confirm>
      )}
    </Page>
  );
}

const columnsOf = (onDelete: (directory: Directory) => void): readonly Column<Directory>[] => [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(180px, 2fr)',
    cell: ({ id, name }) => (
      <Link href={`/directories/${id}`} className="row-link">
        <span className="truncate">{name}</span>
        <span className="muted small mono truncate">{id}</span>
      </Link>
    ),
  },
  { id: 'type', header: 'Type', width: '96px', cell: ({ type }) => type ?? 'user' },
  {
    id: 'description',
    header: 'Description',
    width: 'minmax(120px, 2fr)',
    from: 1200,
    cell: ({ description }) => <span className="truncate muted">{description ?? ''}</span>,
  },
  {
    id: 'expires',
    header: 'Ends',
    width: '110px',
    from: 900,
    cell: ({ expires_at }) => <Time at={expires_at} absent="never" />,
  },
  { id: 'created', header: 'Created', width: '110px', cell: ({ created_at }) => <Time at={created_at} /> },
  {
    id: 'actions',
    header: '',
    width: '84px',
    align: 'end',
    cell: (directory) => (
      <Button look="ghost" aria-label={`Delete ${directory.name}`} onClick={() => onDelete(directory)}>
        Delete
      </Button>
    ),
  },
];

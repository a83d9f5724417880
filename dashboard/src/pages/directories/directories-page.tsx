import { FolderPlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { deleteDirectory, DIRECTORY_TYPES, listDirectories } from '../../api/directories.ts';
import type { Directory } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Page, Toolbar } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import { SearchForm } from '../../components/search-form.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { useAddressFilter } from '../../components/use-address-filter.ts';
import { usePagedList } from '../../components/use-paged-list.ts';
import { formatNumber } from '../../format/numbers.ts';
import { NewDirectory } from './new-directory.tsx';

const FILTERS = ['name', 'type'] as const;
const idOf = ({ id }: Directory): string => id;

/** The directories of the project, newest first. */
export default function DirectoriesPage() {
  const [filter, setFilter] = useAddressFilter(FILTERS);
  const [, navigate] = useLocation();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Directory | null>(null);
  const list = usePagedList({
    queryKey: ['directories', filter],
    fetchPage: (pageToken, signal) => listDirectories(filter, pageToken, signal),
  });
  const remove = useAction(({ id }: Directory) => deleteDirectory(id), {
    says: (_, { name }) => `“${name}” is deleted.`,
    refresh: [['directories']],
    onDone: () => setLeaving(null),
  });
  const columns = useMemo(() => columnsOf(setLeaving), []);
  const filtered = filter.name !== '' || filter.type !== '';

  return (
    <Page
      title="Directories"
      lead={list.total === undefined ? undefined : `${formatNumber(list.total)} in all`}
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
          onValue={(value) => setFilter('name', value)}
        />
        <select
          aria-label="Type"
          value={filter.type}
          onChange={(event) => setFilter('type', event.target.value)}
        >
          <option value="">Any type</option>
          {DIRECTORY_TYPES.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </select>
      </Toolbar>
      <PagedTable
        label="Directories"
        list={list}
        loading="Loading directories …"
        empty={
          <EmptyState title={filtered ? 'No directory matches' : 'No directories yet'}>
            {filtered
              ? 'Loosen or clear the filters.'
              : 'A directory holds the files that a batch runs over.'}
          </EmptyState>
        }
        columns={columns}
        rowId={idOf}
      />
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

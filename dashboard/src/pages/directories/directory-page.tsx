import { useQuery } from '@tanstack/react-query';
import { Download, Play, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useParams, useSearchParams } from 'wouter';
import { localLink } from '../../api/client.ts';
import { deleteFiles, downloadLink, getDirectory, listDirectoryFiles } from '../../api/directories.ts';
import type { DirectoryFile } from '../../api/wire.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Page, Toolbar } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import { SearchForm } from '../../components/search-form.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { usePagedList } from '../../components/use-paged-list.ts';
import { formatCount, formatNumber } from '../../format/numbers.ts';
import { UploadArea } from './upload-area.tsx';

const NONE: ReadonlySet<string> = new Set();
const idOf = ({ id }: DirectoryFile): string => id;
const nameOf = ({ display_name }: DirectoryFile): string => display_name;

/** One directory: what it is, and its files. */
export default function DirectoryPage() {
  const { id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const named = params.get('named') ?? '';
  const [ticked, setTicked] = useState(NONE);
  const [asking, setAsking] = useState(false);
  const directory = useQuery({
    queryKey: ['directories', id],
    queryFn: ({ signal }) => getDirectory(id, signal),
  });
  const list = usePagedList({
    queryKey: ['directory-files', id, named],
    fetchPage: (pageToken, signal) => listDirectoryFiles(id, named, pageToken, signal),
  });
  const { rows, total } = list;
  const chosen = useMemo(() => rows.filter((file) => ticked.has(file.id)), [rows, ticked]);
  const remove = useAction((files: readonly DirectoryFile[]) => deleteFiles(id, files), {
    says: (_, files) => `${formatCount(files.length, 'file')} deleted.`,
    refresh: [['directory-files', id]],
    onDone() {
      setTicked(NONE);
      setAsking(false);
    },
  });
  const download = useAction(downloadLink, {
    refresh: [],
    onDone(link) {
      if (link !== undefined) location.assign(localLink(link));
    },
  });
  const columns = useMemo(() => columnsOf((file) => download.mutate(file)), [download.mutate]);

  if (directory.isError) {
    return (
      <Page title="Directory">
        <ErrorState error={directory.error} retry={() => void directory.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={directory.data?.name ?? 'Directory'}
      lead={
        <>
          <code>{id}</code>
          {total !== undefined && ` · ${formatCount(total, 'file')}`}
          {directory.data?.expires_at && (
            <>
              {' · ends '}
              <Time at={directory.data.expires_at} />
            </>
          )}
        </>
      }
      actions={
        <>
          <Link className="button" href={`/batches?directory=${encodeURIComponent(id)}`}>
            Its batches
          </Link>
          <Link className="button button-primary" href={`/batches/new?directory=${encodeURIComponent(id)}`}>
            <Play aria-hidden /> Run a batch
          </Link>
        </>
      }
    >
      <UploadArea directoryId={id} />
      <Toolbar label="Files">
        {chosen.length > 0 ? (
          <>
            <strong>{formatCount(chosen.length, 'file')} ticked</strong>
            <Button look="danger" icon={<Trash2 aria-hidden />} onClick={() => setAsking(true)}>
              Delete {formatNumber(chosen.length)}
            </Button>
            <Button look="ghost" onClick={() => setTicked(NONE)}>
              Untick all
            </Button>
          </>
        ) : (
          <SearchForm
            label="Part of a name"
            placeholder="Part of a name"
            value={named}
            onValue={(value) => setParams(value === '' ? {} : { named: value }, { replace: true })}
          />
        )}
      </Toolbar>
      <PagedTable
        label="Files"
        list={list}
        loading="Loading files …"
        empty={
          <EmptyState title={named === '' ? 'No files yet' : 'No file matches'}>
            {named === ''
              ? 'Drop some above, or upload them through the API.'
              : 'Try another part of the name.'}
          </EmptyState>
        }
        columns={columns}
        rowId={idOf}
        rowName={nameOf}
        selection={ticked}
        onSelection={setTicked}
      />
      {asking && (
        <Confirm
          title={`Delete ${formatCount(chosen.length, 'file')}?`}
          action="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(chosen)}
          onClose={() => setAsking(false)}
        >
          A batch that has not come to them yet runs without them, and says so.
        </Confirm>
      )}
    </Page>
  );
}

const columnsOf = (onDownload: (file: DirectoryFile) => void): readonly Column<DirectoryFile>[] => [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(180px, 2.4fr)',
    cell: (file) => <span className="truncate">{file.display_name}</span>,
  },
  {
    id: 'unique',
    header: 'Unique id',
    width: 'minmax(120px, 1.4fr)',
    from: 1200,
    cell: (file) => <span className="truncate muted">{file.unique_id}</span>,
  },
  {
    id: 'id',
    header: 'Id',
    width: 'minmax(120px, 1.4fr)',
    from: 900,
    cell: (file) => <code className="truncate">{file.id}</code>,
  },
  { id: 'updated', header: 'Changed', width: '110px', cell: (file) => <Time at={file.updated_at} /> },
  {
    id: 'actions',
    header: '',
    width: '44px',
    align: 'end',
    cell: (file) => (
      <IconButton label={`Download ${file.display_name}`} onClick={() => onDownload(file)}>
        <Download aria-hidden />
      </IconButton>
    ),
  },
];

import { Link } from 'wouter';
import type { BatchFileRow } from '../../api/batch-files.ts';
import type { Column } from '../../components/data-table.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';

/** Where a file's document is shown. */
export function documentPath(row: BatchFileRow, batchId: string): string {
  const query = new URLSearchParams({ batch: batchId });
  if (row.file_id) query.set('file', row.file_id);
  return `/documents/${row.job_id}?${query.toString()}`;
}

/** The columns of a batch's files. @param onError shows a file's error in full */
export function fileColumns(
  batchId: string,
  onError: (row: BatchFileRow) => void,
): readonly Column<BatchFileRow>[] {
  return [
    {
      id: 'name',
      header: 'File',
      width: 'minmax(140px, 1.6fr)',
      sortBy: (row) => row.display_name,
      cell: (row) => <FileName row={row} batchId={batchId} />,
    },
    {
      id: 'status',
      header: 'Status',
      width: '128px',
      sortBy: (row) => row.status,
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      id: 'pages',
      header: 'Pages',
      width: '70px',
      align: 'end',
      sortBy: ({ pages }) => pages ?? -1,
      cell: ({ pages }) => (pages === null ? '–' : formatNumber(pages)),
    },
    {
      id: 'time',
      header: 'Time',
      width: '84px',
      align: 'end',
      sortBy: ({ seconds }) => seconds ?? -1,
      cell: ({ seconds }) => (seconds === null ? '–' : formatDuration(seconds * 1000)),
    },
    {
      id: 'error',
      header: 'Error, and its mend',
      width: 'minmax(140px, 2.4fr)',
      sortBy: (row) => row.error_code ?? '',
      cell: (row) => <ErrorCell row={row} onError={onError} />,
    },
  ];
}

function FileName({ row, batchId }: { readonly row: BatchFileRow; readonly batchId: string }) {
  if (row.job_id === null || row.status === 'DELETED') {
    return (
      <span className="truncate" title={row.display_name}>
        {row.display_name}
      </span>
    );
  }
  return (
    <Link href={documentPath(row, batchId)} className="row-link" title={row.display_name}>
      <span className="truncate">{row.display_name}</span>
    </Link>
  );
}

function ErrorCell({
  row,
  onError,
}: {
  readonly row: BatchFileRow;
  readonly onError: (row: BatchFileRow) => void;
}) {
  if (row.error_message === null) return null;
  return (
    <button type="button" className="row-button" title="Read it in full" onClick={() => onError(row)}>
      <span className="truncate">{row.error_message}</span>
      {row.error_mend !== null && <span className="truncate small muted">{row.error_mend}</span>}
    </button>
  );
}

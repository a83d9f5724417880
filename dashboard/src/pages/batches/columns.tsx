import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { useDirectory } from '../../api/batches.ts';
import type { Batch } from '../../api/wire.ts';
import { ConfigurationName } from '../../components/configuration-name.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Progress } from '../../components/progress.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';

export const BATCH_COLUMNS: readonly Column<Batch>[] = [
  {
    id: 'batch',
    header: 'Batch',
    width: 'minmax(180px, 1.6fr)',
    cell: (batch) => (
      <Link href={`/batches/${batch.id}`} className="row-link">
        <DirectoryName id={batch.source_directory_id} />
        <span className="muted small mono truncate">{batch.id}</span>
      </Link>
    ),
  },
  { id: 'status', header: 'Status', width: '128px', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: 'progress',
    header: 'Files',
    width: 'minmax(150px, 1fr)',
    cell: ({ progress }) => <Progress progress={progress} />,
  },
  {
    id: 'why',
    header: 'Note',
    width: 'minmax(140px, 1.6fr)',
    from: 1200,
    cell: (batch) => <Note batch={batch} />,
  },
  {
    id: 'configuration',
    header: 'Configuration',
    width: 'minmax(120px, 1fr)',
    from: 1200,
    cell: ({ config }) => <ConfigurationName id={config.job.configuration_id} type={config.job.type} />,
  },
  {
    id: 'pages',
    header: 'Pages',
    width: '76px',
    align: 'end',
    from: 900,
    cell: ({ progress }) => formatNumber(progress?.pages ?? 0),
  },
  { id: 'took', header: 'Took', width: '96px', align: 'end', from: 900, cell: (batch) => tookOf(batch) },
  { id: 'created', header: 'Created', width: '104px', cell: ({ created_at }) => <Time at={created_at} /> },
];

/** Rows that fly by while the list is scrolled ask for nothing. */
const SETTLED_MS = 150;

function DirectoryName({ id }: { readonly id: string }) {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED_MS);
    return () => clearTimeout(timer);
  }, []);
  const directory = useDirectory(id, settled);
  const fallback = directory.isError ? 'Deleted directory' : '…';
  return <span className="truncate">{directory.data?.name ?? fallback}</span>;
}

/** Why a batch waits, in the server's words, or what came of it. */
function Note({ batch: { waiting_reason, progress, retry_of } }: { readonly batch: Batch }) {
  if (waiting_reason) {
    return (
      <span className="truncate small" title={waiting_reason}>
        {waiting_reason}
      </span>
    );
  }
  const failed = progress?.failed ?? 0;
  if (failed > 0) return <span className="bad small">{`${formatNumber(failed)} failed`}</span>;
  return retry_of ? <span className="muted small">A retry</span> : null;
}

function tookOf({ started_at, finished_at }: Batch): string {
  if (!started_at || !finished_at) return '–';
  return formatDuration(Date.parse(finished_at) - Date.parse(started_at));
}

import { useMutation } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation, useParams, useSearchParams } from 'wouter';
import { retryFiles, type BatchFileRow } from '../../api/batch-files.ts';
import { hasEnded, useDirectory } from '../../api/batches.ts';
import { messageOf } from '../../api/errors.ts';
import type { Batch } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Page, Toolbar } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { announce } from '../../components/toasts.tsx';
import { formatCount } from '../../format/numbers.ts';
import { BatchActions } from './batch-actions.tsx';
import { fileColumns } from './file-columns.tsx';
import { Summary } from './summary.tsx';
import { useLiveBatch, type LoggedEvent } from './use-live-batch.ts';

const OUTCOMES = ['COMPLETED', 'FAILED', 'CANCELLED', 'RUNNING', 'PENDING', 'DELETED'] as const;
const NONE: ReadonlySet<string> = new Set();

/** One batch: its figures, its files, and what it tells while it runs. */
export default function BatchPage() {
  const { id = '' } = useParams();
  const { batch, files, log } = useLiveBatch(id);
  const directory = useDirectory(batch.data?.source_directory_id ?? '');
  if (batch.isPending) return <LoadingState label="Loading the batch …" />;
  if (!batch.data) return <ErrorState error={batch.error} retry={() => void batch.refetch()} />;
  const name = directory.data?.name ?? (directory.isError ? 'Deleted directory' : 'Batch');
  return (
    <Page
      title={name}
      heading={
        <span className="title-row">
          <span>{name}</span> <StatusBadge status={batch.data.status} />
        </span>
      }
      lead={<span className="mono small">{id}</span>}
      actions={<BatchActions batch={batch.data} />}
    >
      {batch.isError && <Notice look="warning">{messageOf(batch.error)}</Notice>}
      {batch.data.waiting_reason && <Notice look="info">{batch.data.waiting_reason}</Notice>}
      <Summary batch={batch.data} />
      {log.length > 0 && <LiveEvents log={log} />}
      {files.isPending && <LoadingState label="Loading its files …" />}
      {files.isError && !files.data && <ErrorState error={files.error} retry={() => void files.refetch()} />}
      {files.data && <Files batch={batch.data} files={files.data} />}
    </Page>
  );
}

function Files({ batch, files }: { readonly batch: Batch; readonly files: readonly BatchFileRow[] }) {
  const [params, setParams] = useSearchParams();
  const outcome = params.get('outcome') ?? '';
  const [shown, setShown] = useState<BatchFileRow | null>(null);
  const [ticked, setTicked] = useState(NONE);
  const columns = useMemo(() => fileColumns(batch.id, setShown), [batch.id]);
  const rows = useMemo(
    () => (outcome === '' ? files : files.filter(({ status }) => status === outcome)),
    [files, outcome],
  );
  const counts = useMemo(() => Map.groupBy(files, ({ status }) => status), [files]);
  const chosen = rows.filter((row) => ticked.has(row.directory_file_id) && isRetryable(row));
  const choose = (value: string) => setParams(value === '' ? {} : { outcome: value }, { replace: true });

  return (
    <>
      <Toolbar label="Filter by outcome">
        <Chip label={`All ${files.length}`} active={outcome === ''} onClick={() => choose('')} />
        {OUTCOMES.filter((status) => counts.has(status) || status === outcome).map((status) => (
          <Chip
            key={status}
            label={`${status.charAt(0)}${status.slice(1).toLowerCase()} ${counts.get(status)?.length ?? 0}`}
            active={outcome === status}
            onClick={() => choose(status)}
          />
        ))}
        {chosen.length > 0 && hasEnded(batch) && <RetryChosen batch={batch} chosen={chosen} />}
      </Toolbar>
      {rows.length === 0 ? (
        <EmptyState title={outcome === '' ? 'No files yet' : 'No file has this outcome'} />
      ) : (
        <DataTable
          label="Files of the batch"
          rows={rows}
          columns={columns}
          rowId={idOf}
          rowName={nameOf}
          {...(hasEnded(batch) && { selection: ticked, onSelection: setTicked })}
        />
      )}
      {shown && <ErrorDialog row={shown} onClose={() => setShown(null)} />}
    </>
  );
}

const idOf = (row: BatchFileRow): string => row.directory_file_id;
const nameOf = (row: BatchFileRow): string => row.display_name;
const isRetryable = ({ status }: BatchFileRow): boolean => status === 'FAILED' || status === 'CANCELLED';

function RetryChosen({ batch, chosen }: { readonly batch: Batch; readonly chosen: readonly BatchFileRow[] }) {
  const [, navigate] = useLocation();
  const retry = useMutation({
    mutationFn: () =>
      retryFiles(
        batch.id,
        chosen.map((row) => row.directory_file_id),
      ),
    onSuccess: (next) => navigate(`/batches/${next.id}`),
    onError: (error) => announce(messageOf(error), 'bad'),
  });
  return (
    <Button icon={<RotateCcw aria-hidden />} busy={retry.isPending} onClick={() => retry.mutate()}>
      Retry {formatCount(chosen.length, 'ticked file')}
    </Button>
  );
}

interface ChipProps {
  readonly label: string;
  readonly active: boolean;
  readonly onClick: () => void;
}

function Chip({ label, active, onClick }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={active} onClick={onClick}>
      {label}
    </button>
  );
}

function LiveEvents({ log }: { readonly log: readonly LoggedEvent[] }) {
  return (
    <details className="card live">
      <summary>
        <strong>Live</strong> <span className="muted">{log[0]?.text}</span>
      </summary>
      <ol tabIndex={0} aria-label="Events, newest first">
        {log.map((line, index) => (
          // Lines are never reordered, only pushed down.
          <li key={log.length - index}>
            <Time at={line.at} /> {line.text}
          </li>
        ))}
      </ol>
    </details>
  );
}

function ErrorDialog({ row, onClose }: { readonly row: BatchFileRow; readonly onClose: () => void }) {
  return (
    <Dialog title={row.display_name} onClose={onClose}>
      <p className="wrap">{row.error_message}</p>
      {row.error_mend !== null && (
        <p className="wrap">
          <strong>What to do: </strong>
          {row.error_mend}
        </p>
      )}
    </Dialog>
  );
}

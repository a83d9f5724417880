import type { ReactNode } from 'react';
import { useSystem, type LimitUse, type SystemStatus } from '../../api/system.ts';
import { Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState, Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { formatBytes, formatCount, formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import { findingsOf } from './findings.ts';

const POLL_MS = 5_000;

/** How the server is, as far as it concerns this project. */
export default function SystemPage() {
  const system = useSystem(POLL_MS);
  const status = system.data;
  return (
    <Page
      title="System"
      lead={status && `Sheaf ${status.version}, up for ${formatDuration(status.uptime_seconds * 1000)}`}
    >
      {system.isPending && <LoadingState />}
      {system.isError && !status && <ErrorState error={system.error} retry={() => void system.refetch()} />}
      {status && <Status status={status} />}
    </Page>
  );
}

function Status({ status }: { readonly status: SystemStatus }) {
  const { limits, engines, retention } = status;
  return (
    <>
      <div className="stack" aria-live="polite">
        {findingsOf(status).map(({ look, text }) => (
          <Notice key={text} look={look}>
            {text}
          </Notice>
        ))}
      </div>
      <div className="cards">
        <section className="card" aria-labelledby="queue-title">
          <h2 id="queue-title">Queue</h2>
          <QueueTable status={status} />
        </section>
        <section className="card" aria-labelledby="workers-title">
          <h2 id="workers-title">Workers</h2>
          <WorkerTable status={status} />
        </section>
        <section className="card" aria-labelledby="limits-title">
          <h2 id="limits-title">Limits</h2>
          <Facts
            of={[
              ['Running jobs', useOf(limits.running_jobs)],
              ['Running batches', useOf(limits.running_batches)],
              ['Largest upload', formatBytes(limits.max_upload_bytes)],
              ['Files of a batch', formatNumber(limits.max_batch_files)],
            ]}
          />
        </section>
        <section className="card" aria-labelledby="engines-title">
          <h2 id="engines-title">Engines</h2>
          <Facts
            of={[
              ['Parse', engines.parse],
              ['OCR languages', engines.ocr_languages.join(', ') || 'none'],
              ['LibreOffice', engines.libreoffice ? 'found' : 'not found'],
              ['Model', engines.model ?? 'none'],
            ]}
          />
        </section>
        <section className="card" aria-labelledby="keeping-title">
          <h2 id="keeping-title">Keeping</h2>
          <Facts
            of={[
              ['Storage', status.storage],
              ['Uploads for one operation', formatCount(retention.upload_hours, 'hour')],
              [
                'Results',
                retention.result_days === 0 ? 'for ever' : formatCount(retention.result_days, 'day'),
              ],
              ['Equal results used again for', formatCount(retention.result_cache_hours, 'hour')],
              ['Webhooks tried for', formatCount(retention.webhook_retry_hours, 'hour')],
            ]}
          />
        </section>
      </div>
    </>
  );
}

const useOf = ({ used, limit, set_by: by }: LimitUse): string =>
  limit === null
    ? `${formatNumber(used)}, no limit`
    : `${formatNumber(used)} of ${formatNumber(limit)}, set by the ${by}`;

interface FigureTableProps {
  readonly columns: readonly string[];
  /** Its rows. */
  readonly children: ReactNode;
}

function FigureTable({ columns, children }: FigureTableProps) {
  return (
    <table className="figures">
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function QueueTable({ status: { queue } }: { readonly status: SystemStatus }) {
  return (
    <FigureTable columns={['Kind', 'Running', 'Ready', 'Waiting', 'Oldest']}>
      {queue.map(({ kind, running, queued, waiting, oldest_seconds: oldest }) => (
        <tr key={kind}>
          <th scope="row">{kind}</th>
          <td>{formatNumber(running)}</td>
          <td>{formatNumber(queued)}</td>
          <td>{formatNumber(waiting)}</td>
          <td>{oldest === null ? '–' : formatDuration(oldest * 1000)}</td>
        </tr>
      ))}
    </FigureTable>
  );
}

function WorkerTable({ status: { workers } }: { readonly status: SystemStatus }) {
  if (workers.length === 0) return <p className="muted">No worker has signed in.</p>;
  return (
    <FigureTable columns={['Worker', 'State', 'Last heard of', 'Started']}>
      {workers.map((worker) => (
        <tr key={worker.id}>
          <th scope="row">
            <code title={worker.id}>{worker.id.slice(-12)}</code>
          </th>
          <td>
            <span className={`badge ${worker.is_live ? 'badge-good' : 'badge-bad'}`}>
              {worker.is_live ? 'Live' : 'Lost'}
            </span>
          </td>
          <td>{formatDuration(worker.heartbeat_age_seconds * 1000)} ago</td>
          <td>
            <Time at={worker.started_at} />
          </td>
        </tr>
      ))}
    </FigureTable>
  );
}

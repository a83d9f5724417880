import { Link } from 'wouter';
import type { Batch } from '../../api/wire.ts';
import { ConfigurationName } from '../../components/configuration-name.tsx';
import { Progress } from '../../components/progress.tsx';
import { Time, useNow } from '../../components/time.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';

/** The figures of a batch. */
export function Summary({ batch }: { readonly batch: Batch }) {
  const now = useNow();
  const { started_at, finished_at, progress, config, retry_of } = batch;
  const took = started_at
    ? Math.max(0, (finished_at ? Date.parse(finished_at) : now) - Date.parse(started_at))
    : null;
  return (
    <dl className="facts card">
      <div className="facts-wide">
        <dt>Files</dt>
        <dd>
          <Progress progress={progress} />
        </dd>
      </div>
      <Fact name="Completed">{formatNumber(progress?.completed ?? 0)}</Fact>
      <Fact name="Failed">
        <span className={progress?.failed ? 'bad' : ''}>{formatNumber(progress?.failed ?? 0)}</span>
      </Fact>
      <Fact name="Pages">{formatNumber(progress?.pages ?? 0)}</Fact>
      <Fact name={finished_at ? 'Took' : 'Running for'}>{took === null ? '–' : formatDuration(took)}</Fact>
      <Fact name="Created">
        <Time at={batch.created_at} />
      </Fact>
      <Fact name="Configuration">
        <ConfigurationName id={config.job.configuration_id} type={config.job.type} />
      </Fact>
      {retry_of && (
        <Fact name="Retry of">
          <Link href={`/batches/${retry_of}`} className="mono truncate">
            {retry_of}
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}

import type { BatchProgress } from '../api/wire.ts';
import { formatNumber } from '../format/numbers.ts';

const PARTS = ['completed', 'failed', 'cancelled', 'running'] as const;

/** How far a batch's files are: a bar by outcome, and the figures. */
export function Progress({ progress }: { readonly progress: BatchProgress | undefined }) {
  if (!progress) return null;
  const { total, completed, failed, cancelled } = progress;
  const ended = completed + failed + cancelled;
  return (
    <span className="progress">
      <span
        className="progress-bar"
        role="progressbar"
        aria-label="Files that have ended"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={ended}
      >
        {PARTS.map((part) => (
          <span
            key={part}
            className={`progress-part progress-${part}`}
            style={{ width: `${total === 0 ? 0 : (progress[part] / total) * 100}%` }}
          />
        ))}
      </span>
      <span className="progress-text">
        {formatNumber(ended)} / {formatNumber(total)}
      </span>
    </span>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { cancelBatch, canRetry, hasEnded, retryBatch } from '../../api/batches.ts';
import { messageOf } from '../../api/errors.ts';
import type { Batch } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Toolbar } from '../../components/page.tsx';
import { announce } from '../../components/toasts.tsx';
import { formatCount } from '../../format/numbers.ts';

interface BulkActionsProps {
  readonly chosen: readonly Batch[];
  readonly onDone: () => void;
}

/** Cancels or retries the ticked batches, as far as each can be. */
export function BulkActions({ chosen, onDone }: BulkActionsProps) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const running = chosen.filter((batch) => !hasEnded(batch));
  const retryable = chosen.filter(canRetry);
  const act = useMutation({
    mutationFn: async ({ batches, action }: { batches: readonly Batch[]; action: 'cancel' | 'retry' }) => {
      const problems: string[] = [];
      for (const { id } of batches) {
        await (action === 'cancel' ? cancelBatch(id) : retryBatch(id)).catch((error: unknown) =>
          problems.push(messageOf(error)),
        );
      }
      return { problems, done: batches.length - problems.length, action };
    },
    onSuccess({ problems, done, action }) {
      if (done > 0)
        announce(
          `${formatCount(done, 'batch', 'batches')} ${action === 'cancel' ? 'told to stop' : 'started again'}.`,
        );
      for (const problem of new Set(problems)) announce(problem, 'bad');
      void queries.invalidateQueries({ queryKey: ['batches', 'newest'] });
      onDone();
    },
  });

  return (
    <Toolbar label="Ticked batches">
      <strong>{formatCount(chosen.length, 'batch', 'batches')} ticked</strong>
      <Button icon={<Ban aria-hidden />} disabled={running.length === 0} onClick={() => setAsking(true)}>
        Cancel {running.length}
      </Button>
      <Button
        icon={<RotateCcw aria-hidden />}
        disabled={retryable.length === 0}
        busy={act.isPending}
        onClick={() => act.mutate({ batches: retryable, action: 'retry' })}
      >
        Retry failed files of {retryable.length}
      </Button>
      <Button look="ghost" onClick={onDone}>
        Untick all
      </Button>
      {asking && (
        <Dialog
          title={`Cancel ${formatCount(running.length, 'batch', 'batches')}?`}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep running</Button>
              <Button
                look="danger"
                busy={act.isPending}
                onClick={() =>
                  act.mutate({ batches: running, action: 'cancel' }, { onSettled: () => setAsking(false) })
                }
              >
                Cancel {formatCount(running.length, 'batch', 'batches')}
              </Button>
            </>
          }
        >
          <p>Files that are done keep their results. The others end as cancelled and can be retried later.</p>
        </Dialog>
      )}
    </Toolbar>
  );
}

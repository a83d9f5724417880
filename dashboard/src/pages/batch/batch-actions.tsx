import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Download, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { downloadExport, EXPORT_FORMATS } from '../../api/batch-files.ts';
import { cancelBatch, canRetry, hasEnded, retryBatch } from '../../api/batches.ts';
import { messageOf } from '../../api/errors.ts';
import type { Batch } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Menu } from '../../components/menu.tsx';
import { announce } from '../../components/toasts.tsx';

/** What can be done with a batch as a whole. */
export function BatchActions({ batch }: { readonly batch: Batch }) {
  const [, navigate] = useLocation();
  const onError = (error: unknown) => announce(messageOf(error), 'bad');
  const exporting = useMutation({
    mutationFn: (format: string) => downloadExport(batch.id, format),
    onError,
  });
  const retry = useMutation({
    mutationFn: () => retryBatch(batch.id),
    onSuccess(next) {
      announce('A new batch runs the files that failed or were cancelled.');
      navigate(`/batches/${next.id}`);
    },
    onError,
  });
  return (
    <>
      {!hasEnded(batch) && <CancelButton id={batch.id} onError={onError} />}
      {canRetry(batch) && (
        <Button icon={<RotateCcw aria-hidden />} busy={retry.isPending} onClick={() => retry.mutate()}>
          Retry failed files
        </Button>
      )}
      <Menu
        trigger={
          <Button icon={<Download aria-hidden />} busy={exporting.isPending}>
            Export
          </Button>
        }
        items={EXPORT_FORMATS.map(({ format, label, told }) => ({
          label,
          told,
          onSelect: () => exporting.mutate(format),
        }))}
      />
    </>
  );
}

function CancelButton({ id, onError }: { readonly id: string; readonly onError: (error: unknown) => void }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelBatch(id),
    onSuccess(batch) {
      queries.setQueryData(['batch', id], batch);
      announce('The batch was told to stop.');
    },
    onError,
    onSettled: () => setAsking(false),
  });
  return (
    <>
      <Button icon={<Ban aria-hidden />} onClick={() => setAsking(true)}>
        Cancel
      </Button>
      {asking && (
        <Dialog
          title="Cancel this batch?"
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep running</Button>
              <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
                Cancel the batch
              </Button>
            </>
          }
        >
          <p>Files that are done keep their results. The others end as cancelled and can be retried later.</p>
        </Dialog>
      )}
    </>
  );
}

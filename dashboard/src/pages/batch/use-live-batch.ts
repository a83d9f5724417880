import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listBatchFiles } from '../../api/batch-files.ts';
import { getBatch, hasEnded } from '../../api/batches.ts';
import { followBatch, type BatchEvent } from '../../api/events.ts';
import type { Batch } from '../../api/wire.ts';

const RECONNECT_MS = 3_000;
const FILES_POLL_MS = 2_000;
/** A list that long is read again less often. */
const MANY_FILES = 2_000;
const MAX_LOG = 50;

/** One line of the log of live events. */
export interface LoggedEvent {
  readonly at: string;
  readonly text: string;
}

/** A batch that is told of its changes as they happen, with its files and a log of what was heard. */
export function useLiveBatch(id: string) {
  const queries = useQueryClient();
  const batch = useQuery({
    queryKey: ['batch', id],
    queryFn: ({ signal }) => getBatch(id, signal),
    // The stream is a hint; this is the truth when it is cut off unnoticed.
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : 10_000),
  });
  const ended = batch.data !== undefined && hasEnded(batch.data);
  const files = useQuery({
    queryKey: ['batch-files', id, ended],
    queryFn: ({ signal }) => listBatchFiles(id, signal),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => {
      if (ended) return false;
      return (state.data?.length ?? 0) > MANY_FILES ? FILES_POLL_MS * 10 : FILES_POLL_MS;
    },
  });
  const [log, setLog] = useState<readonly LoggedEvent[]>([]);
  const loaded = batch.isSuccess;

  useEffect(() => {
    if (!loaded || ended) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    let lastId: string | null = null;
    const hear = (event: BatchEvent, eventId: string | null) => {
      lastId = eventId ?? lastId;
      if (event.kind === 'progress') queries.setQueryData<Batch>(['batch', id], event.batch);
      setLog((before) => [lineOf(event), ...before].slice(0, MAX_LOG));
    };
    void (async () => {
      while (!signal.aborted) {
        const open = await followBatch(id, lastId, hear, signal).then(
          () => false,
          () => true,
        );
        if (!open) {
          await queries.invalidateQueries({ queryKey: ['batch', id] });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    })();
    return () => controller.abort();
  }, [id, loaded, ended, queries]);

  return { batch, files, log };
}

function lineOf(event: BatchEvent): LoggedEvent {
  if (event.kind === 'status') return { at: event.at, text: `The batch is ${event.status.toLowerCase()}` };
  const { completed = 0, failed = 0, running = 0, total = 0 } = event.batch.progress ?? {};
  return {
    at: event.batch.updated_at ?? new Date().toISOString(),
    text: `${completed} completed, ${failed} failed, ${running} running of ${total}`,
  };
}

import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Batch, BatchPage, Directory } from './wire.ts';

/** What the list of batches can be filtered by, as the API names it. */
export interface BatchFilter {
  readonly status?: string | undefined;
  readonly source_directory_id?: string | undefined;
  readonly created_at_on_or_after?: string | undefined;
  readonly created_at_on_or_before?: string | undefined;
  readonly q?: string | undefined;
}

export const BATCH_STATUSES = [
  'PENDING',
  'THROTTLED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;

const TERMINAL: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'CANCELLED']);
export const hasEnded = (job: { readonly status: string }): boolean => TERMINAL.has(job.status);

/** Whether a retry would find something: a file that failed or was cancelled. */
export const canRetry = ({ progress, ...batch }: Batch): boolean =>
  hasEnded(batch) && (progress?.failed ?? 0) + (progress?.cancelled ?? 0) > 0;

const PAGE_SIZE = 200;

export const listBatches = (filter: BatchFilter, pageToken: string | undefined, signal: AbortSignal) =>
  call<BatchPage>('/api/v2/batches', {
    query: { ...filter, page_size: PAGE_SIZE, page_token: pageToken },
    signal,
  });

export const getBatch = (id: string, signal?: AbortSignal) =>
  call<Batch>(`/api/v2/batches/${encodeURIComponent(id)}`, { ...(signal && { signal }) });

export const cancelBatch = (id: string) =>
  call<Batch>(`/api/v2/batches/${encodeURIComponent(id)}/cancel`, { method: 'POST' });

export const retryBatch = (id: string) =>
  call<Batch>(`/api/v2/batches/${encodeURIComponent(id)}/retry`, { method: 'POST', body: {} });

/**
 * A directory by id; its name does not change often.
 * @param wanted false: only what is known already
 */
export function useDirectory(id: string, wanted = true) {
  return useQuery({
    queryKey: ['directory', id],
    queryFn: ({ signal }) =>
      call<Directory>(`/api/v1/beta/directories/${encodeURIComponent(id)}`, { signal }),
    staleTime: 60_000,
    retry: false,
    enabled: wanted && id !== '',
  });
}

import { call, callAll, localLink } from './client.ts';
import type { Batch } from './wire.ts';

/** One file of a batch with what became of it; an addition of Sheaf, see docs/additions.md. */
export interface BatchFileRow {
  readonly position: number;
  readonly directory_file_id: string;
  readonly file_id: string | null;
  readonly display_name: string;
  readonly status: string;
  readonly job_id: string | null;
  readonly pages: number | null;
  readonly seconds: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly error_mend: string | null;
}

const pathOf = (id: string, rest: string): string => `/api/v2/batches/${encodeURIComponent(id)}/${rest}`;

export const listBatchFiles = (id: string, signal: AbortSignal) =>
  callAll<BatchFileRow>(pathOf(id, 'files'), { signal });

/** A new batch of the chosen files, which must have failed or been cancelled. */
export const retryFiles = (id: string, directoryFileIds: readonly string[]) =>
  call<Batch>(pathOf(id, 'retry'), { method: 'POST', body: { directory_file_ids: directoryFileIds } });

export const EXPORT_FORMATS = [
  { format: 'zip', label: 'ZIP', told: 'one file per document, and an index' },
  { format: 'jsonl', label: 'JSON Lines', told: 'one line per document' },
  { format: 'csv', label: 'CSV', told: 'one row per document' },
] as const;

/** Lets the browser download an export: by a link that needs no key, so that nothing is held in memory. */
export async function downloadExport(id: string, format: string): Promise<void> {
  const { url } = await call<{ url: string }>(pathOf(id, 'export-links'), {
    method: 'POST',
    body: { format },
  });
  const anchor = document.createElement('a');
  anchor.href = localLink(url);
  anchor.download = '';
  anchor.click();
}

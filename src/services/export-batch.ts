import { notFound } from '../errors.ts';
import type { JobKind } from '../model/job-states.ts';
import { readExportRows, type BatchFileRow } from '../store/batch-file-rows.ts';
import { findBatch, findBatchById } from '../store/batches.ts';
import type { Batch, StoredExtraction, StoredResult } from '../store/schema.ts';
import type { Services } from './context.ts';
import type { LinkTicket } from './download-links.ts';
import { refuseBadTicket } from './downloads.ts';
import { readChunks } from './parse-sections.ts';
import { isReadable } from './result-cache.ts';
import { joinText } from './result-downloads.ts';

/** What an export can be. */
export const EXPORT_FORMATS = ['zip', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A section of a result as the JSON it is stored as, piece by piece. */
export interface ExportedSections {
  readonly kind: JobKind;
  /** Undefined for a section that results of the kind do not have. */
  json(section: string): AsyncIterable<Buffer> | undefined;
  /** Of a parse, its pages joined. */
  text(section: 'text' | 'markdown'): AsyncIterable<Buffer>;
  /** Bytes of a section. */
  size(section: string): number;
}

/** A file of an exported batch at its turn. */
export interface ExportedFile {
  readonly row: BatchFileRow;
  /** Null while there is none, and where its bytes are gone, which the row then says. */
  readonly sections: ExportedSections | null;
}

/** A batch that is being exported. */
export interface BatchExport {
  readonly batch: Batch;
  /** Every file, in the batch's order, read while they are asked for. */
  readonly files: AsyncIterable<ExportedFile>;
}

const ROWS_AT_A_TIME = 100;
const GONE = 'The result cannot be read: its bytes are gone. Run the file again.';

/** @throws NOT_FOUND */
export async function exportBatch(services: Services, projectId: string, id: string): Promise<BatchExport> {
  const batch = await findBatch(services.db, projectId, id);
  if (!batch) throw notFound('Batch');
  return { batch, files: readFiles(services, id) };
}

/** The same for whoever holds a link. @throws LINK_REFUSED; NOT_FOUND when the batch is gone */
export async function exportLinkedBatch(
  services: Services,
  link: { readonly id: string; readonly format: string },
  ticket: LinkTicket,
): Promise<BatchExport> {
  refuseBadTicket(services, { kind: 'export', ...link }, ticket);
  const batch = await findBatchById(services.db, link.id);
  if (!batch || batch.going_at) throw notFound('Batch');
  return { batch, files: readFiles(services, link.id) };
}

/** Makes sure that there is something to link to. @throws NOT_FOUND */
export async function requireBatch(services: Services, projectId: string, id: string): Promise<void> {
  if (!(await findBatch(services.db, projectId, id))) throw notFound('Batch');
}

async function* readFiles(services: Services, batchId: string): AsyncGenerator<ExportedFile> {
  let after = -1;
  for (;;) {
    const rows = await readExportRows(services.db, { batchId, after, limit: ROWS_AT_A_TIME });
    for (const { kind, result, ...row } of rows) {
      if (row.status !== 'COMPLETED' || !kind || !result) yield { row, sections: null };
      else if (await isReadable(services, result))
        yield { row, sections: openResult(services, kind, result) };
      else yield { row: { ...row, error_message: GONE }, sections: null };
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_A_TIME) return;
    after = last.position;
  }
}

function openResult(
  services: Services,
  kind: JobKind,
  { key, sections }: StoredResult | StoredExtraction,
): ExportedSections {
  const places: Readonly<Record<string, { readonly offset: number; readonly length: number }>> = sections;
  const json = (section: string) => {
    const place = places[section];
    return place && readChunks(services, key, place.offset, place.length);
  };
  return {
    kind,
    json,
    text: (section) => joinText(json(section) ?? readChunks(services, key, 0, 0), section),
    size: (section) => places[section]?.length ?? 0,
  };
}

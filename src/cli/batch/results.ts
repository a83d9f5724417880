import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { ApiClient } from '../api-client.ts';
import type { WireBatch, WireExtractJob, WireParseResult } from '../wire.ts';
import { inParallel } from './in-parallel.ts';

/** How one file of the batch fared; a line of `results.jsonl`. */
export interface FileResult {
  readonly file: string;
  readonly directory_file_id: string;
  readonly job_id: string | null;
  readonly status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly pages: number | null;
  readonly seconds: number | null;
  readonly error: string | null;
  /** Paths inside the output folder. */
  readonly markdown: string | null;
  readonly json: string | null;
}

const DOWNLOADS_AT_A_TIME = 4;
const EXPAND = ['text', 'markdown', 'items', 'metadata', 'job_metadata', 'markdown_full'];

/**
 * Fetches every file's result and writes it: `<file>.md` and `<file>.json` of a parse, `<file>.json` of an extraction,
 * and `results.jsonl` with a line per file.
 * @param names the files' names by their directory file ids
 */
export async function writeResults(
  client: ApiClient,
  batch: WireBatch,
  names: ReadonlyMap<string, string>,
  outputDir: string,
): Promise<FileResult[]> {
  await mkdir(outputDir, { recursive: true });
  const results = await inParallel(batch.results ?? [], DOWNLOADS_AT_A_TIME, (entry) => {
    const file = names.get(entry.source_directory_file_id) ?? entry.source_directory_file_id;
    return writeResult(client, batch, entry, file, outputDir);
  });
  results.sort((a, b) => (a.file < b.file ? -1 : 1));
  await writeFile(
    join(outputDir, 'results.jsonl'),
    results.map((result) => `${JSON.stringify(result)}\n`).join(''),
  );
  return results;
}

async function writeResult(
  client: ApiClient,
  batch: WireBatch,
  entry: NonNullable<WireBatch['results']>[number],
  file: string,
  outputDir: string,
): Promise<FileResult> {
  const result = { file, directory_file_id: entry.source_directory_file_id, markdown: null, json: null };
  if (!entry.job_reference) {
    const status = batch.status === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
    const error = entry.error_message ?? 'No job was made for this file.';
    return { ...result, job_id: null, status, pages: null, seconds: null, error };
  }
  if (entry.job_reference.type === 'extract_v2') {
    return writeExtraction(client, entry.job_reference.id, result, outputDir);
  }
  const path = `/api/v2/parse/${encodeURIComponent(entry.job_reference.id)}`;
  const { markdown_full, ...parsed } = await client.get<WireParseResult>(path, { expand: EXPAND });
  const { status, error_message } = parsed.job;
  const ended = {
    ...result,
    job_id: parsed.job.id,
    pages: parsed.job_metadata?.pages?.total ?? null,
    seconds: secondsOf(parsed.job_metadata),
    error: error_message,
  };
  if (status !== 'COMPLETED') return { ...ended, status: status === 'CANCELLED' ? 'CANCELLED' : 'FAILED' };

  const markdown = join(outputDir, `${file}.md`);
  const json = join(outputDir, `${file}.json`);
  await mkdir(dirname(markdown), { recursive: true });
  await writeFile(markdown, markdown_full ?? '');
  await writeFile(json, JSON.stringify(parsed));
  return { ...ended, status, markdown: relative(outputDir, markdown), json: relative(outputDir, json) };
}

/** The data of an extraction as it is; where it stands in the document when the configuration asks for that. */
async function writeExtraction(
  client: ApiClient,
  id: string,
  result: Pick<FileResult, 'file' | 'directory_file_id' | 'markdown' | 'json'>,
  outputDir: string,
): Promise<FileResult> {
  const path = `/api/v2/extract/${encodeURIComponent(id)}`;
  const job = await client.get<WireExtractJob>(path, { expand: ['metadata'] });
  const ended = {
    ...result,
    job_id: job.id,
    pages: job.metadata?.usage.num_pages_extracted ?? null,
    seconds: secondsOf(job.metadata),
    error: job.error_message,
  };
  if (job.status !== 'COMPLETED')
    return { ...ended, status: job.status === 'CANCELLED' ? 'CANCELLED' : 'FAILED' };
  const json = join(outputDir, `${result.file}.json`);
  await mkdir(dirname(json), { recursive: true });
  const { extract_result, extract_metadata } = job;
  await writeFile(json, JSON.stringify({ extract_result, extract_metadata }));
  return { ...ended, status: job.status, json: relative(outputDir, json) };
}

interface Timed {
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly seconds?: number;
}

/** What the engine took; for a file that it gave up on, the time from start to end. */
function secondsOf(metadata: Timed | null): number | null {
  if (!metadata?.started_at || !metadata.finished_at) return null;
  return metadata.seconds ?? (Date.parse(metadata.finished_at) - Date.parse(metadata.started_at)) / 1000;
}

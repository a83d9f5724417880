import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { ApiError, type ApiClient } from './api-client.ts';

/**
 * Streams the export of a batch into a file. It takes its name when it is whole; an export that breaks off leaves what
 * was there before.
 * @throws {ApiError} for a batch or format that the server does not know
 */
export async function exportBatch(
  client: ApiClient,
  id: string,
  { file, format }: { readonly file: string; readonly format: string },
): Promise<void> {
  const path = `/api/v2/batches/${encodeURIComponent(id)}/export`;
  const body = await client.download(path, { format });
  const partial = `${file}.part-${process.pid}`;
  try {
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(partial, { flags: 'wx' }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error instanceof TypeError ? brokenOff(file) : error;
  }
  console.log(`${file}: ${(await stat(file)).size} bytes`);
}

/** What fetch throws for it names no reason. */
function brokenOff(file: string): ApiError {
  return new ApiError(
    0,
    `the server broke the export off before its end: ${file} was not written, try again`,
  );
}

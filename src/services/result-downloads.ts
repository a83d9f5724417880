import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { notFound } from '../errors.ts';
import { JsonStringDecoder } from '../model/json-string.ts';
import { PageJoiner } from '../model/joined-pages.ts';
import { downloadName, downloadSize, isResultDownload } from '../model/result-downloads.ts';
import { findResult } from '../store/results.ts';
import type { StoredResult } from '../store/schema.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import type { DownloadResource } from './download-links.ts';
import type { Download } from './downloads.ts';
import { readChunks } from './parse-sections.ts';

type OfResult = Extract<DownloadResource, { kind: 'result' | 'image' }>;

/** A part of a parse result as a file. @throws NOT_FOUND when the job, its result or the part is gone */
export async function openResultDownload(services: Services, resource: OfResult): Promise<Download> {
  const found = await findResult(services.db, resource.id);
  if (!found) throw notFound('Parse result');
  const { name, result } = found;
  if (resource.kind === 'image') {
    const bytes = result.parts?.image_bytes;
    if (!bytes || resource.at + resource.length > bytes.length) throw notFound('Image');
    const place = { offset: bytes.offset + resource.at, length: resource.length };
    return stored(services, result, place, resource.name);
  }
  const { part } = resource;
  const size = isResultDownload(part) ? downloadSize(result, part) : undefined;
  if (!isResultDownload(part) || size === undefined) throw notFound('Result part');
  const fileName = downloadName(name, part);
  if (part === 'text_full') return joined(services, result, { field: 'text', size, fileName });
  if (part === 'markdown_full') return joined(services, result, { field: 'markdown', size, fileName });
  const place =
    part === 'text' || part === 'markdown' || part === 'items' || part === 'metadata'
      ? result.sections[part]
      : result.parts?.[part];
  if (!place) throw notFound('Result part');
  return stored(services, result, place, fileName);
}

/** Bytes that lie in the pack as they are sent. */
function stored(
  services: Services,
  { key }: StoredResult,
  place: { readonly offset: number; readonly length: number },
  name: string,
): Download {
  return {
    name,
    size: place.length,
    digest: digestOf(key, place.offset, place.length),
    open: (offset, length) => orNotFound(() => services.blobs.openRange(key, place.offset + offset, length)),
  };
}

interface Joined {
  readonly field: 'text' | 'markdown';
  readonly size: number;
  readonly fileName: string;
}

/** The whole text, made of its pages while it is sent; a range of it costs reading what is before. */
function joined(services: Services, result: StoredResult, { field, size, fileName }: Joined): Download {
  const { key, sections, bytes } = result;
  return {
    name: fileName,
    size,
    digest: digestOf(key, field, size),
    open: (offset, length) =>
      orNotFound(async () => {
        // Before the answer begins: a stream could only break off.
        await services.blobs.readRange(key, Math.max(0, bytes - 1), Math.min(1, bytes));
        const chunks = readChunks(services, key, sections[field].offset, sections[field].length);
        return Readable.from(partOf(joinText(chunks, field), offset, length), { objectMode: false });
      }),
  };
}

/** The text of a document's pages, joined, as UTF-8. @param chunks the section as it is stored */
export async function* joinText(
  chunks: AsyncIterable<Buffer>,
  field: 'text' | 'markdown',
): AsyncGenerator<Buffer> {
  const joiner = new PageJoiner(field);
  const decoder = new JsonStringDecoder();
  for await (const chunk of chunks) yield decoder.push(Buffer.concat([...joiner.push(chunk)]));
}

async function* partOf(
  pieces: AsyncIterable<Buffer>,
  offset: number,
  length: number,
): AsyncGenerator<Buffer> {
  let skip = offset;
  let left = length;
  for await (const piece of pieces) {
    const wanted = piece.subarray(skip, skip + left);
    skip = Math.max(0, skip - piece.length);
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (left === 0) return;
  }
}

/** A pack never changes under its key, so the place tells the bytes. */
function digestOf(...place: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(place)).digest('hex');
}

async function orNotFound<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof BlobNotFoundError ? notFound('Parse result') : error;
  }
}

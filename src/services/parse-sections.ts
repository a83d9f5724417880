import { notFound } from '../errors.ts';
import { PageJoiner } from '../model/joined-pages.ts';
import type { ResultPart, ResultSection, StoredImage } from '../model/parse-result.ts';
import type { JobWithParameters } from '../store/jobs.ts';
import { BlobNotFoundError, type Services } from './context.ts';

/** Makes sure that a job's result can be read, before an answer begins. @throws NOT_FOUND when its bytes are gone */
export async function requireResult(services: Services, job: JobWithParameters): Promise<void> {
  if (!job.result) return;
  try {
    await services.blobs.readRange(job.result.key, Math.max(0, job.result.bytes - 1), 1);
  } catch (error) {
    services.logger.error({ err: error, jobId: job.id }, 'a result cannot be read');
    if (error instanceof BlobNotFoundError) throw notFound('Parse result');
    throw error;
  }
}

/** Bytes that are read from the blob store at a time, so that a long result does not fill the memory. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * A section of a job's result as the JSON it is stored as, piece by piece. Null while there is no result, whatever
 * the reason: clients ask for sections while they poll.
 */
export function openSection(
  services: Services,
  job: JobWithParameters,
  section: ResultSection,
): AsyncIterable<Buffer> | null {
  const { result } = job;
  if (!result) return null;
  const range = result.sections[section];
  return readChunks(services, result.key, range.offset, range.length);
}

/** The whole text or markdown of a document, its pages joined, as one JSON string. Null while there is no result. */
export function openFullText(
  services: Services,
  job: JobWithParameters,
  section: 'text' | 'markdown',
): AsyncIterable<Buffer> | null {
  const chunks = openSection(services, job, section);
  return chunks && joinPages(chunks, section);
}

const QUOTE = Buffer.from('"');

async function* joinPages(
  chunks: AsyncIterable<Buffer>,
  section: 'text' | 'markdown',
): AsyncGenerator<Buffer> {
  const joiner = new PageJoiner(section);
  yield QUOTE;
  // One piece for each that was read: a page's text is often shorter than what it costs to send a piece.
  for await (const chunk of chunks) {
    const joined = Buffer.concat([...joiner.push(chunk)]);
    if (joined.length > 0) yield joined;
  }
  yield QUOTE;
}

/**
 * A part of a job's result as it is stored. Null while there is no result, and for one without the part: results of
 * earlier releases have sections only.
 */
export function openPart(
  services: Services,
  job: JobWithParameters,
  part: ResultPart,
): AsyncIterable<Buffer> | null {
  const range = job.result?.parts?.[part];
  return job.result && range ? readChunks(services, job.result.key, range.offset, range.length) : null;
}

/** The pictures of a job's result, in their order, without holding more than some of the list. */
export async function* listImages(services: Services, job: JobWithParameters): AsyncGenerator<StoredImage> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of openPart(services, job, 'images') ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as StoredImage;
  }
}

/** Bytes of a blob, piece by piece. */
export async function* readChunks(
  services: Services,
  key: string,
  offset: number,
  length: number,
): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    yield await services.blobs.readRange(key, offset + done, Math.min(CHUNK_BYTES, length - done));
  }
}

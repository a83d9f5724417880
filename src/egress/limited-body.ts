import type { IncomingMessage } from 'node:http';
import { Transform, type Duplex, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import type { Deadline } from './deadline.ts';
import { connectionFailed } from './dial.ts';
import { EgressError } from './error.ts';
import type { Target } from './target.ts';

interface Bounds {
  readonly target: Target;
  readonly maxBytes: number;
  readonly deadline: Deadline;
}

/** Nobody is asked for them, but stores that keep files compressed send them so all the same. */
const DECODERS: ReadonlyMap<string, () => Duplex> = new Map<string, () => Duplex>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * The body, decompressed, as a stream of at most `maxBytes`. It fails with an {@link EgressError} when there is more
 * (TOO_LARGE), when it breaks off (CONNECTION_FAILED), and when time is up, also while nobody reads. Destroying it
 * closes the connection.
 */
export function streamBody(response: IncomingMessage, bounds: Bounds): Readable {
  const { target, maxBytes, deadline } = bounds;
  let size = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) done(tooLarge(target, maxBytes));
      else done(null, chunk);
    },
  });
  const stop = (): void => void body.destroy(deadline.signal.reason as EgressError);
  deadline.signal.addEventListener('abort', stop, { once: true });
  body.once('close', () => {
    deadline.signal.removeEventListener('abort', stop);
    deadline.clear();
    response.destroy();
  });
  const fail = (error: unknown): void => void body.destroy(connectionFailed(target, error));
  response.on('error', fail);
  if (deadline.signal.aborted) stop();
  else if (Number(response.headers['content-length']) > maxBytes) body.destroy(tooLarge(target, maxBytes));
  else decoded(response, fail).pipe(body);
  return body;
}

function decoded(response: IncomingMessage, fail: (error: unknown) => void): Readable {
  const decoder = DECODERS.get(response.headers['content-encoding']?.trim().toLowerCase() ?? '')?.();
  if (!decoder) return response;
  decoder.on('error', () => fail(new Error('the answer is not compressed as it says')));
  response.once('close', () => {
    if (!response.complete) decoder.destroy();
  });
  return response.pipe(decoder);
}

/**
 * The first `maxBytes` of the body, and whether there was more; the rest is not waited for. With the head the answer is
 * given: a body that breaks off, or does not end in time, is what had come of it.
 * @throws EgressError ABORTED
 */
export async function collectBody(
  response: IncomingMessage,
  { maxBytes, deadline }: Pick<Bounds, 'maxBytes' | 'deadline'>,
): Promise<{ body: Buffer; truncated: boolean }> {
  const stop = (): void => void response.destroy(deadline.signal.reason as EgressError);
  if (deadline.signal.aborted) stop();
  else deadline.signal.addEventListener('abort', stop, { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  let brokenOff = false;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
  } catch (error) {
    if (error instanceof EgressError && error.code === 'ABORTED') throw error;
    brokenOff = true;
  } finally {
    deadline.signal.removeEventListener('abort', stop);
    response.destroy();
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), truncated: brokenOff || size > maxBytes };
}

function tooLarge({ authority }: Target, maxBytes: number): EgressError {
  return new EgressError('TOO_LARGE', `The answer of ${authority} is larger than ${maxBytes} bytes.`);
}

import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReceivedFile } from './port.ts';

/**
 * Takes a stream into a new file of the directory, counted and hashed on the way.
 * @throws whatever the stream fails with; nothing is left behind then
 */
export async function receiveFile(directory: string, source: Readable): Promise<ReceivedFile> {
  const path = join(directory, randomUUID());
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(source, measure, file);
  } catch (error) {
    await closed(file);
    await rm(path, { force: true });
    throw error;
  }
  return { path, size, sha256: hash.digest() };
}

/** A stream that fails at once is destroyed while its file is still being opened, and so made. */
async function closed(file: WriteStream): Promise<void> {
  if (!file.closed) await new Promise<void>((resolve) => file.once('close', resolve));
}

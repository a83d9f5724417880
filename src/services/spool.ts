import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Text that grows on disk until it is read once. */
export interface Spool extends AsyncDisposable {
  write(text: string): Promise<void>;
  /** All of it, piece by piece. */
  read(): AsyncIterable<Buffer>;
}

/** Pieces are gathered to this size before they are written. */
const BUFFERED = 64 * 1024;

/** @param directory a temporary one of this process, which is emptied when it stops */
export async function openSpool(directory: string): Promise<Spool> {
  const path = join(directory, `spool-${randomUUID()}`);
  const file = await open(path, 'wx+');
  let waiting = '';
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    await file.writeFile(text);
  };
  return {
    async write(text) {
      waiting += text;
      if (waiting.length >= BUFFERED) await flush();
    },
    async *read() {
      await flush();
      yield* file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>;
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

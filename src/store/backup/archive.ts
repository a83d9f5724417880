import { createHash, type Hash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';

/*
 * A backup is a tar file: `sheaf-backup.json`, tables, blobs, and `end.json`. Between them stand lists of the sizes and
 * hashes of what came before, so that neither writing nor reading has to remember more than one list. `end.json` holds
 * a hash over all lists: what is cut off or changed anywhere is noticed.
 */

const LIST = 'checksums/';
const END = 'end.json';
/** Entries of one list. */
const LIST_LENGTH = 1_000;

type Checksum = readonly [name: string, size: number, sha256: string];

interface End {
  readonly entries: number;
  readonly sha256: string;
}

/** Writes a backup's entries, one after the other. */
export interface ArchiveWriter {
  add(name: string, body: Buffer): Promise<void>;
  /** @param size exactly what the stream will bring */
  addStream(name: string, size: number, body: Readable): Promise<void>;
  /** Writes the end. An archive without it is none. */
  finish(): Promise<void>;
  /** The tar file. Read it while entries are added. */
  readonly output: Readable;
}

export function createArchiveWriter(): ArchiveWriter {
  const pack = tar.pack();
  let list: Checksum[] = [];
  let lists = 0;
  let entries = 0;
  const chain = createHash('sha256');

  const write = (name: string, body: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      pack.entry({ name, mode: 0o600, size: body.length }, body, (error) =>
        error ? reject(error) : resolve(),
      );
    });

  const closeList = async (): Promise<void> => {
    const text = Buffer.from(JSON.stringify(list));
    lists += 1;
    list = [];
    chain.update(text);
    await write(`${LIST}${String(lists).padStart(8, '0')}.json`, text);
  };

  const note = async (name: string, size: number, hash: Hash): Promise<void> => {
    list.push([name, size, hash.digest('hex')]);
    entries += 1;
    if (list.length === LIST_LENGTH) await closeList();
  };

  return {
    output: pack,
    async add(name, body) {
      await write(name, body);
      await note(name, body.length, createHash('sha256').update(body));
    },
    async addStream(name, size, body) {
      const hash = createHash('sha256');
      await pipeline(body, hashed(hash), pack.entry({ name, mode: 0o600, size }));
      await note(name, size, hash);
    },
    async finish() {
      await closeList();
      const end: End = { entries, sha256: chain.digest('hex') };
      await write(END, Buffer.from(JSON.stringify(end)));
      pack.finalize();
    },
  };
}

/** The file is no backup, or no longer what it was when it was written. */
export class DamagedBackupError extends Error {
  override readonly name = 'DamagedBackupError';
}

/** One entry of a backup, to be read before the next. */
export interface ArchiveEntry {
  readonly name: string;
  readonly size: number;
  readonly body: Readable;
}

/**
 * Reads a backup's entries in their order. When it ends without an error, every entry was what had been written.
 * @throws DamagedBackupError
 */
export async function* readArchive(source: Readable): AsyncGenerator<ArchiveEntry> {
  const extract = tar.extract();
  const feeding = pipeline(source, extract).catch((error: unknown) => error);
  let seen: Checksum[] = [];
  let entries = 0;
  const chain = createHash('sha256');
  let end: End | undefined;
  try {
    for await (const entry of extract) {
      const { name, size = 0 } = entry.header;
      if (end) throw new DamagedBackupError(`The backup goes on after its end, with ${name}.`);
      if (name.startsWith(LIST)) {
        const text = await bytesOf(entry);
        chain.update(text);
        compare(seen, text);
        seen = [];
      } else if (name === END) {
        end = JSON.parse((await bytesOf(entry)).toString()) as End;
      } else {
        const hash = createHash('sha256');
        const body = hashed(hash);
        let failure: unknown;
        const reading = pipeline(entry, body).catch((error: unknown) => (failure = error));
        yield { name, size, body };
        body.resume();
        await reading;
        if (failure !== undefined) throw failure;
        seen.push([name, size, hash.digest('hex')]);
        entries += 1;
      }
    }
  } catch (error) {
    throw asDamage(error);
  } finally {
    extract.destroy();
    source.destroy();
    await feeding;
  }
  if (!end) throw new DamagedBackupError('The backup has no end: it was cut off, or is none.');
  if (seen.length > 0 || end.entries !== entries || end.sha256 !== chain.digest('hex'))
    throw new DamagedBackupError('The backup is not what it was when it was written: parts are missing.');
}

function compare(seen: readonly Checksum[], text: Buffer): void {
  const expected = JSON.parse(text.toString()) as Checksum[];
  const wrong = expected.find(([name, size, sha256], index) => {
    const found = seen[index];
    return found?.[0] !== name || found[1] !== size || found[2] !== sha256;
  });
  if (wrong || expected.length !== seen.length)
    throw new DamagedBackupError(
      `The backup is not what it was when it was written: ${wrong?.[0] ?? 'an entry'} has changed.`,
    );
}

/** An error of reading, in words of the backup; whoever reads an entry's body meets the bare one. */
export function asDamage(error: unknown): unknown {
  const isFormat =
    error instanceof SyntaxError ||
    (error instanceof Error &&
      /\btar\b|end of data|premature|incorrect header|data check/i.test(error.message));
  if (!isFormat || error instanceof DamagedBackupError) return error;
  return new DamagedBackupError(`The backup cannot be read to its end (${error.message}).`, { cause: error });
}

function hashed(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/** All bytes of a small entry. */
export async function bytesOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

import type { Readable } from 'node:stream';
import type { BlobLinkUse } from '../../model/blob-location.ts';

/** Size and hash of bytes that were stored. */
export interface BlobInfo {
  readonly size: number;
  /** SHA-256. */
  readonly sha256: Buffer;
}

/** Bytes that came into a file of the store's temporary directory. */
export interface ReceivedFile extends BlobInfo {
  readonly path: string;
}

/** A blob in a list. */
export interface ListedBlob {
  readonly key: string;
  /** When its last byte was written, by the store's clock. */
  readonly modifiedAt: Date;
}

/** How whoever sends a blob is to describe it, as the headers of HTTP do. */
export interface BlobDescription {
  readonly contentType: string;
  readonly contentDisposition: string;
}

export interface BlobLinkOptions extends BlobDescription {
  /** Seconds from now that the link must be good for. */
  readonly seconds: number;
}

/** A link that anybody may use until it expires, without this server. */
export interface BlobLink {
  readonly url: string;
  readonly expires: Date;
}

/** A blob as a file of this machine, for programs that need a path. */
export interface LocalFile {
  readonly path: string;
  /** Removes what was made for this call; the blob itself stays. */
  release(): Promise<void>;
}

/**
 * Bytes under keys (`uploads/…`, `results/…`). A blob is whole or absent, durable once its promise resolves, and
 * never changed afterwards. Implementations: disk, and stores that speak S3. Every method may throw
 * {@link BlobStoreUnavailableError}; then it is not known whether it took effect, and the same may be tried again.
 */
export interface BlobStore {
  /**
   * Stores a stream.
   * @throws whatever the stream fails with; nothing is left behind then
   */
  write(key: string, source: Readable): Promise<BlobInfo>;
  /**
   * Takes a stream into a new temporary file, which is the caller's to adopt or to remove.
   * @throws whatever the stream fails with; nothing is left behind then
   */
  receive(source: Readable): Promise<ReceivedFile>;
  /** Stores a local file and removes it. The file must be in the store's {@link temporaryDirectory}. */
  adopt(key: string, path: string): Promise<void>;
  /** @throws BlobNotFoundError */
  readRange(key: string, offset: number, length: number): Promise<Buffer>;
  /**
   * A part of a blob as a stream, for parts of any size.
   * @throws BlobNotFoundError before there is a stream; an error when the blob ends before the part does
   */
  openRange(key: string, offset: number, length: number): Promise<Readable>;
  /** @throws BlobNotFoundError */
  localFile(key: string): Promise<LocalFile>;
  /** Succeeds also where there is nothing to delete. */
  delete(key: string): Promise<void>;
  /**
   * Blobs in the byte order of their keys, from the first one behind `after` on (the empty string: from the first of
   * all). Fewer than `limit` come only at the end. Blobs that come or go meanwhile may be in it or not.
   */
  list(after: string, limit: number): Promise<ListedBlob[]>;
  /** What the operator wants of {@link link}. */
  readonly links: BlobLinkUse;
  /** A link of the store's own to a whole blob; undefined where there is none that would be good for so long. */
  link(key: string, options: BlobLinkOptions): Promise<BlobLink | undefined>;
  /**
   * Makes the store this installation's, for ever.
   * @param installation the same for all processes on one database, and for no others
   * @throws ForeignBlobsError when it is another's: each would remove the other's blobs as needed by nobody
   */
  claim(installation: string): Promise<void>;
  /** Resolves when the store answers. */
  check(): Promise<void>;
  /** Removes what processes left in temporary places when they died. @returns how many */
  removeLeftovers(): Promise<number>;
  /** Removes what is temporary. */
  close(): Promise<void>;
  /** A directory of this machine, for this process alone, from which {@link adopt} takes files without copying. */
  readonly temporaryDirectory: string;
}

/** There is no blob under the key. */
export class BlobNotFoundError extends Error {
  override readonly name = 'BlobNotFoundError';
  readonly key: string;

  constructor(key: string) {
    super(`No stored bytes under ${key}`);
    this.key = key;
  }
}

/** The store does not answer, or refuses the operator's credentials: the same may succeed later. */
export class BlobStoreUnavailableError extends Error {
  override readonly name: string = 'BlobStoreUnavailableError';
}

/** The store answers, and says that the settings are wrong: time alone does not mend it. */
export class BlobStoreRefusedError extends BlobStoreUnavailableError {
  override readonly name = 'BlobStoreRefusedError';
}

/** The blobs are those of another installation. */
export class ForeignBlobsError extends Error {
  override readonly name = 'ForeignBlobsError';

  /** @param marker what says whose they are, for the operator */
  constructor(place: string, marker: string) {
    super(
      `SHEAF_BLOB_URL: ${place} holds the files of another installation of Sheaf, with another database. Choose a ` +
        `place of its own; or, if that database is gone for good and its files may be removed, delete ${marker}.`,
    );
  }
}

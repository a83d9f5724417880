import type { JobErrorCode } from './job-errors.ts';

/** Stored bytes of which parts can be read. */
export interface InspectedFile {
  /** What the job's document would be called. */
  readonly name: string;
  readonly sizeBytes: number;
  /** @returns fewer bytes than `length` only at the end of the file */
  read(offset: number, length: number): Promise<Buffer>;
}

/** What speaks against a file, in words for its owner. */
export interface FileFinding {
  /** `will_fail`: its job is sure to end with the code and, as far as this server goes, the message. */
  readonly verdict: 'will_fail' | 'warning';
  readonly code: JobErrorCode;
  readonly message: string;
}

/**
 * Says what is sure to end a file's job, or likely to, from a few kilobytes of it. It parses nothing, so that it can
 * run in a process that answers requests.
 */
export interface FileInspector {
  /**
   * @param options.hasPassword whether the job would have one for protected documents
   * @returns undefined when nothing speaks against it
   * @throws what `read` throws
   */
  inspect(file: InspectedFile, options: { readonly hasPassword: boolean }): Promise<FileFinding | undefined>;
}

import type { FileFinding } from '../model/file-inspector.ts';
import type { CheckedFile } from '../store/checked-files.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import { BYTES_LOST, FILE_DELETED } from './missing-files.ts';

/** Of each of which two or three small parts are read. */
const FILES_AT_ONCE = 4;

export interface InspectedResult {
  readonly file: CheckedFile;
  /** Absent: nothing speaks against it. */
  readonly finding: FileFinding | undefined;
}

export interface InspectOptions {
  readonly hasPassword: boolean;
  /** When it is aborted no further file is begun, and none is waited for. */
  readonly signal: AbortSignal;
}

/**
 * Looks at files, a few at a time, and gives them in their order: all of them, or those before the first that was not
 * done when the signal came.
 * @throws BlobStoreUnavailableError
 */
export async function* inspectInOrder(
  services: Services,
  files: readonly CheckedFile[],
  { hasPassword, signal }: InspectOptions,
): AsyncGenerator<InspectedResult> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const begun: Promise<InspectedResult>[] = [];
  const begin = (file: CheckedFile | undefined): void => {
    if (!file) return;
    const result = inspect(services, file, hasPassword).then((finding) => ({ file, finding }));
    // Nobody waits for it any more when the check ends before it.
    result.catch(() => undefined);
    begun.push(result);
  };
  for (const file of files.slice(0, FILES_AT_ONCE)) begin(file);
  for (let index = 0; index < files.length; index += 1) {
    const result = signal.aborted ? undefined : await Promise.race([begun[index], aborted]);
    if (!result) return;
    begin(files[index + FILES_AT_ONCE]);
    yield result;
  }
}

async function inspect(
  { blobs, fileInspector }: Services,
  file: CheckedFile,
  hasPassword: boolean,
): Promise<FileFinding | undefined> {
  const { display_name: name, size_bytes: sizeBytes, blob_key: key } = file;
  if (key === null || sizeBytes === null) return missing(FILE_DELETED);
  const read = (offset: number, length: number): Promise<Buffer> =>
    length === 0 ? Promise.resolve(Buffer.alloc(0)) : blobs.readRange(key, offset, length);
  return fileInspector.inspect({ name, sizeBytes, read }, { hasPassword }).catch((error: unknown) => {
    if (error instanceof BlobNotFoundError) return missing(BYTES_LOST);
    throw error;
  });
}

function missing(message: string): FileFinding {
  return { verdict: 'will_fail', code: 'FILE_NOT_FOUND', message };
}

import { parseParametersOf } from '../model/extract-parameters.ts';
import { measureDirectory, readFilesToCheck, type CheckedFile } from '../store/checked-files.ts';
import { inTransaction } from '../store/transaction.ts';
import { inspectInOrder } from './check-files.ts';
import type { Services } from './context.ts';
import { lockSourceDirectory, refuseFileCount, resolveBatch, type NewBatch } from './resolve-batch.ts';

/** What speaks against one file of a batch. */
export interface CheckProblem {
  readonly file: CheckedFile;
  readonly verdict: 'will_fail' | 'warning';
  /** The one that the file's job would end with; null where nothing would end it. */
  readonly code: string | null;
  readonly message: string;
  /** The first file of the batch with the same bytes. */
  readonly duplicateOf: string | null;
}

export interface BatchCheck {
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** Less than the total when the check came to one of its bounds. */
  readonly checkedFiles: number;
  /** In the order of the batch. */
  readonly problems: readonly CheckProblem[];
}

/** How much a check may do. */
export interface CheckBounds {
  /** Milliseconds for reading the files. */
  readonly forMs: number;
  readonly problems: number;
  /** Files of one query. */
  readonly chunk: number;
}

const BOUNDS: CheckBounds = { forMs: 10_000, problems: 1_000, chunk: 200 };

/**
 * Says what would fail in a batch, and makes nothing. Nothing is parsed: a file without a problem can still fail.
 * @param signal ends the check early, with what it has
 * @throws whatever the create of the same batch would be refused with
 */
export async function checkBatch(
  services: Services,
  projectId: string,
  wish: NewBatch,
  signal: AbortSignal,
  bounds: CheckBounds = BOUNDS,
): Promise<BatchCheck> {
  const { parameters } = await resolveBatch(services, projectId, wish);
  const { maxBatchFiles } = services.limits;
  const { directoryId, files, bytes } = await inTransaction(services.db, async (tx) => {
    const { id } = await lockSourceDirectory(tx, projectId, wish);
    return { directoryId: id, ...(await measureDirectory(tx, id, maxBatchFiles)) };
  });
  refuseFileCount(files, maxBatchFiles);
  const ended = AbortSignal.any([signal, AbortSignal.timeout(bounds.forMs)]);
  const options = { hasPassword: hasPassword(wish, parameters), signal: ended };

  const problems: CheckProblem[] = [];
  const firstOf = new Map<string, string>();
  let checkedFiles = 0;
  let after: CheckedFile | undefined;
  while (checkedFiles < files && !ended.aborted) {
    const limit = Math.min(bounds.chunk, files - checkedFiles);
    const chunk = await readFilesToCheck(services.db, directoryId, { after, limit });
    for await (const { file, finding } of inspectInOrder(services, chunk, options)) {
      const found: CheckProblem[] = finding ? [{ file, ...finding, duplicateOf: null }] : [];
      // A copy of what fails is told by its own failure.
      const isCopy = finding?.verdict !== 'will_fail' && duplicate(firstOf, file);
      if (isCopy) found.push(isCopy);
      if (problems.length + found.length > bounds.problems) {
        return { totalFiles: files, totalBytes: bytes, checkedFiles, problems };
      }
      problems.push(...found);
      checkedFiles += 1;
    }
    after = chunk.at(-1);
    if (chunk.length < limit) break;
  }
  return { totalFiles: files, totalBytes: bytes, checkedFiles, problems };
}

/** Whether the jobs would have a password for protected documents. */
function hasPassword({ jobType }: NewBatch, parameters: Readonly<Record<string, unknown>>): boolean {
  const parse = jobType === 'parse_v2' ? parameters : parseParametersOf(parameters);
  const input = parse['input_options'];
  return typeof input === 'object' && input !== null && 'password' in input && input.password !== null;
}

/** @param firstOf the files before this one, by their bytes; this one is added */
function duplicate(firstOf: Map<string, string>, file: CheckedFile): CheckProblem | undefined {
  const bytes = `${file.size_bytes}-${file.sha256?.toString('base64')}`;
  const duplicateOf = firstOf.get(bytes);
  if (duplicateOf === undefined) {
    firstOf.set(bytes, file.id);
    return undefined;
  }
  const message = 'The file has the same bytes as an earlier one of the batch: both are run.';
  return { file, verdict: 'warning', code: null, message, duplicateOf };
}

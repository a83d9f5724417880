import { notFound } from '../errors.ts';
import type { Transaction } from '../store/database.ts';
import { lockLiveDirectories } from '../store/directories.ts';
import {
  findDirectoryFile,
  fitFileLifetime,
  UniqueIdTakenError,
  updateDirectoryFile,
  type EntryChange,
} from '../store/directory-files.ts';
import { lockFile } from '../store/files.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { checkDetails, uniqueIdTaken } from './directory-file-details.ts';
import { TWIN_WINDOW_SECONDS } from './twin-window.ts';

/** What a file in a directory becomes; what is absent stays. */
export interface DirectoryFileChange {
  readonly uniqueId?: string | undefined;
  readonly displayName?: string | undefined;
  /** Moves the file, under the id that it has, to another directory of the project. */
  readonly targetDirectoryId?: string | undefined;
  /** Takes the place of all the user's metadata; null: none. */
  readonly metadata?: Record<string, unknown> | null | undefined;
  /** The client's count of retries; from 1 on, its earlier try may have moved the file without its knowing. */
  readonly retryCount?: number | undefined;
}

/**
 * Renames, describes or moves a file of a directory. Batches that have been made over either directory do not notice.
 * A change that names nothing changes nothing.
 *
 * A file that was uploaded into a directory lives as long as the directory that it is in now: out of an ephemeral one
 * it is kept, into one it goes away with it. A file that was stored before keeps its own lifetime.
 * @throws NOT_FOUND for either directory or the file; CONFLICT when the unique id is taken where the file is or goes
 */
export async function changeDirectoryFile(
  services: Services,
  projectId: string,
  directoryId: string,
  id: string,
  wish: DirectoryFileChange,
): Promise<DirectoryFile> {
  checkDetails(wish);
  return inTransaction(services.db, async (tx) => {
    const target = wish.targetDirectoryId ?? directoryId;
    const directories = await lockLiveDirectories(tx, projectId, [...new Set([directoryId, target])]);
    const into = directories.find((directory) => directory.id === target);
    if (!directories.some((directory) => directory.id === directoryId)) throw notFound('Directory');
    if (!into) throw notFound('Target directory');
    const entry = await findDirectoryFile(tx, directoryId, id);
    const isMove = target !== directoryId;
    if (!entry && isMove && (wish.retryCount ?? 0) > 0) return findMoved(tx, target, id);
    if (!entry) throw notFound('Directory file');
    if (isMove) await lockFile(tx, entry.file_id);
    const changed = await applyChange(tx, entry, into, wish);
    if (isMove) await fitFileLifetime(tx, changed, into.expires_at);
    return changed;
  });
}

/** The entry that the earlier try of the same request has moved already. */
async function findMoved(tx: Transaction, target: string, id: string): Promise<DirectoryFile> {
  const moved = await findDirectoryFile(tx, target, id, { updatedWithinSeconds: TWIN_WINDOW_SECONDS });
  if (!moved) throw notFound('Directory file');
  return moved;
}

async function applyChange(
  tx: Transaction,
  entry: DirectoryFile,
  into: Directory,
  wish: DirectoryFileChange,
): Promise<DirectoryFile> {
  const isMove = into.id !== entry.directory_id;
  const change: EntryChange = {
    ...(isMove && { directoryId: into.id }),
    ...(wish.uniqueId !== undefined && { uniqueId: wish.uniqueId }),
    ...(wish.displayName !== undefined && { displayName: wish.displayName }),
    ...(wish.metadata !== undefined && { metadata: wish.metadata }),
  };
  if (Object.keys(change).length === 0) return entry;
  try {
    const changed = await updateDirectoryFile(tx, entry.directory_id, entry.id, change);
    if (!changed) throw notFound('Directory file');
    return changed;
  } catch (error) {
    if (!(error instanceof UniqueIdTakenError)) throw error;
    const where = isMove ? `the target directory ${into.id}` : undefined;
    throw uniqueIdTaken(wish.uniqueId ?? entry.unique_id, where);
  }
}

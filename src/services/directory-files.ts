import { notFound, SheafError } from '../errors.ts';
import { isUuid, newId } from '../model/ids.ts';
import type { Transaction } from '../store/database.ts';
import { findLiveDirectory, lockLiveDirectories } from '../store/directories.ts';
import {
  findEntryTwin,
  fitFileLifetime,
  insertDirectoryFile,
  markDirectoryFilesDeleted,
  uniqueIdGivingWay,
  type NewEntry,
  type SameFile,
} from '../store/directory-files.ts';
import { insertFile, lockUsableFile } from '../store/files.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import {
  checkDetails,
  uniqueIdFrom,
  uniqueIdTaken,
  type DirectoryFileDetails,
} from './directory-file-details.ts';
import { TWIN_WINDOW_SECONDS } from './twin-window.ts';
import { extensionOf, placeUpload, type StoredUpload } from './uploads.ts';

export type { DirectoryFileDetails } from './directory-file-details.ts';
export type { DirectoryFile } from '../store/schema.ts';

/** Putting files into directories and taking them out. */

/** Where an upload may go, checked before its bytes are read. @throws NOT_FOUND */
export async function openUpload(
  services: Services,
  projectId: string,
  directoryId: string,
): Promise<Directory> {
  const directory = await findLiveDirectory(services.db, projectId, directoryId);
  if (!directory) throw notFound('Directory');
  return directory;
}

export interface AddDetails extends DirectoryFileDetails {
  /** The client's count of retries; from 1 on, its earlier try may have succeeded without its knowing. */
  readonly retryCount?: number | undefined;
}

export interface UploadDetails extends AddDetails {
  readonly externalFileId?: string | undefined;
}

/**
 * Makes the upload a file of the directory. Its bytes are removed again when that fails.
 * @param readDetails what else the client said; may throw
 * @throws CONFLICT when the caller's own `unique_id` is taken; an id derived from the name gives way instead
 */
export async function addUpload(
  services: Services,
  directory: Directory,
  upload: StoredUpload,
  readDetails: () => UploadDetails,
): Promise<DirectoryFile> {
  const placeEntry = async (): Promise<DirectoryFile> => {
    const details = readDetails();
    checkDetails(details);
    return insertUpload(services, directory, upload, details);
  };
  return placeUpload(services, upload, placeEntry, (entry) => entry.file_id === upload.fileId);
}

async function insertUpload(
  services: Services,
  { id: directoryId, project_id: projectId }: Directory,
  upload: StoredUpload,
  details: UploadDetails,
): Promise<DirectoryFile> {
  return inTransaction(services.db, async (tx) => {
    // The directory may have been deleted while the bytes came in.
    const directory = await lockLiveDirectory(tx, projectId, directoryId);
    const externalFileId = details.externalFileId ?? null;
    const entry = newEntry(directory, details, {
      id: upload.fileId,
      name: upload.name,
      externalFileId,
      isOwn: true,
    });
    const { sha256, size } = upload;
    const placed = await place(tx, entry, { sha256, size }, details);
    if (placed.id !== entry.id) return placed;
    await insertFile(tx, {
      id: upload.fileId,
      projectId,
      name: upload.name,
      externalFileId,
      fileType: extensionOf(upload.name),
      sizeBytes: size,
      sha256,
      blobKey: upload.blobKey,
      purpose: 'user_data',
      expires: directory.expires_at,
    });
    return placed;
  });
}

/**
 * Puts a file that is stored already into a directory. One that was uploaded into another directory lives at least as
 * long as this one from now on; any other keeps its lifetime, after which the directory goes on showing and serving it
 * while the files API knows it no more.
 * @throws NOT_FOUND for a directory or file that is unknown, deleted, expired or another project's; CONFLICT when the
 * caller's own `unique_id` is taken
 */
export async function addStoredFile(
  services: Services,
  projectId: string,
  directoryId: string,
  wish: AddDetails & { readonly fileId: string },
): Promise<DirectoryFile> {
  checkDetails(wish);
  return inTransaction(services.db, async (tx) => {
    const directory = await lockLiveDirectory(tx, projectId, directoryId);
    const file = isUuid(wish.fileId) ? await lockUsableFile(tx, projectId, wish.fileId) : undefined;
    if (!file) throw notFound('File');
    const { id, name, external_file_id: externalFileId } = file;
    const entry = newEntry(directory, wish, { id, name, externalFileId, isOwn: false });
    const placed = await place(tx, entry, { fileId: id }, wish);
    await fitFileLifetime(tx, placed, directory.expires_at);
    return placed;
  });
}

async function lockLiveDirectory(tx: Transaction, projectId: string, id: string): Promise<Directory> {
  const [directory] = await lockLiveDirectories(tx, projectId, [id]);
  if (!directory) throw notFound('Directory');
  return directory;
}

function newEntry(
  directory: Directory,
  details: DirectoryFileDetails,
  file: { id: string; name: string; externalFileId: string | null; isOwn: boolean },
): NewEntry {
  return {
    id: newId('directoryFile'),
    projectId: directory.project_id,
    directoryId: directory.id,
    fileId: file.id,
    ownsFile: file.isOwn,
    uniqueId: details.uniqueId ?? uniqueIdFrom(file.externalFileId ?? file.name),
    displayName: details.displayName ?? file.name,
    metadata: details.metadata ?? null,
  };
}

/** Inserts the entry, or gives the one that an earlier try of the same request has made. */
async function place(
  tx: Transaction,
  entry: NewEntry,
  file: SameFile,
  { uniqueId, retryCount = 0 }: AddDetails,
): Promise<DirectoryFile> {
  const findTwin = async () =>
    retryCount > 0 ? findEntryTwin(tx, entry, file, TWIN_WINDOW_SECONDS) : undefined;
  const placed = (await findTwin()) ?? (await insertDirectoryFile(tx, entry));
  if (placed) return placed;
  // The insert has waited for whoever took the unique id just now: that may have been the earlier try.
  const twin = await findTwin();
  if (twin) return twin;
  if (uniqueId !== undefined) throw uniqueIdTaken(uniqueId);
  const givenWay = await insertDirectoryFile(tx, { ...entry, uniqueId: uniqueIdGivingWay(entry) });
  if (!givenWay) throw new Error('A unique id made from a new id was taken');
  return givenWay;
}

/** Takes a file out of its directory. Jobs that have been made for it go on. @throws NOT_FOUND */
export async function deleteDirectoryFile(
  services: Services,
  projectId: string,
  directoryId: string,
  id: string,
): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    await lockLiveDirectory(tx, projectId, directoryId);
    const deleted = await markDirectoryFilesDeleted(tx, directoryId, [id]);
    if (deleted.length === 0) throw notFound('Directory file');
  });
}

/** Takes files out of their directory: all of them, or none. @throws NOT_FOUND, naming what is not there */
export async function deleteDirectoryFiles(
  services: Services,
  projectId: string,
  directoryId: string,
  ids: readonly string[],
): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    await lockLiveDirectory(tx, projectId, directoryId);
    const deleted = new Set(await markDirectoryFilesDeleted(tx, directoryId, ids));
    const missing = ids.filter((id) => !deleted.has(id));
    if (missing.length > 0) throw noneDeleted(missing);
  });
}

const MAX_NAMED = 3;

function noneDeleted(missing: readonly string[]): SheafError {
  const named = missing.slice(0, MAX_NAMED).map((id) => JSON.stringify(id.slice(0, 60)));
  const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
  return new SheafError(
    'NOT_FOUND',
    `Directory file not found: ${named.join(', ')}${more}. Nothing was deleted: leave out what is not in this directory`,
  );
}

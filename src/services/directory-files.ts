import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { notFound, SheafError, validationError } from '../errors.ts';
import { newId, newUuid } from '../model/ids.ts';
import { isTransientDatabaseError } from '../store/database.ts';
import {
  findDirectoryFile,
  findLiveDirectory,
  findUploadTwin,
  insertDirectoryFile,
  insertFile,
  listDirectoryFiles,
  lockLiveDirectory,
  markDirectoryFileDeleted,
} from '../store/directories.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { getDirectory } from './directories.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { TWIN_WINDOW_SECONDS } from './twin-window.ts';

export type { DirectoryFile } from '../store/schema.ts';

/** The bytes of an upload, stored and counted, waiting to be given a place. */
export interface StoredUpload {
  readonly fileId: string;
  readonly blobKey: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: Buffer;
}

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

/** Streams bytes into the blob store. Memory does not depend on the size. */
export async function storeUpload(services: Services, source: Readable, name: string): Promise<StoredUpload> {
  const fileId = newUuid();
  const blobKey = `uploads/${fileId.slice(-2)}/${fileId}`;
  const { size, sha256 } = await services.blobs.write(blobKey, source);
  return { fileId, blobKey, name, size, sha256 };
}

/** Removes the bytes of an upload that got no place. */
export async function discardUpload(services: Services, upload: StoredUpload): Promise<void> {
  await services.blobs.delete(upload.blobKey);
}

export interface DirectoryFileDetails {
  readonly uniqueId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly externalFileId?: string | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
  /** The client's count of retries; from 1 on, its earlier try may have succeeded without its knowing. */
  readonly retryCount?: number | undefined;
}

/** Longest key, in bytes of UTF-8, that is kept as it is: an index entry holds 2,700. */
const MAX_UNIQUE_ID_BYTES = 1_000;

/**
 * Makes the upload a file of the directory. Its bytes are removed again when that fails.
 * @param readDetails what else the client said; may throw
 * @throws CONFLICT when the caller's own `unique_id` is taken; an id derived from the name gives way instead
 */
export async function addUpload(
  services: Services,
  directory: Directory,
  upload: StoredUpload,
  readDetails: () => DirectoryFileDetails,
): Promise<DirectoryFile> {
  try {
    const details = readDetails();
    refuseLongUniqueId(details.uniqueId);
    const file = await insertUpload(services, directory, upload, details);
    // The entry is that of an earlier try, which has bytes of its own.
    if (file.file_id !== upload.fileId) await discardUpload(services, upload);
    return file;
  } catch (error) {
    // When the connection was lost, the row may have been written all the same: its bytes must stay.
    if (!isTransientDatabaseError(error)) await discardUpload(services, upload);
    throw error;
  }
}

async function insertUpload(
  services: Services,
  directory: Directory,
  upload: StoredUpload,
  details: DirectoryFileDetails,
): Promise<DirectoryFile> {
  const uniqueId = details.uniqueId ?? shortened(details.externalFileId ?? upload.name);
  return inTransaction(services.db, async (tx) => {
    // The directory may have been deleted while the bytes came in.
    if (!(await lockLiveDirectory(tx, directory.id))) throw notFound('Directory');
    const twin =
      (details.retryCount ?? 0) > 0
        ? await findUploadTwin(tx, {
            ...upload,
            directoryId: directory.id,
            uniqueId,
            withinSeconds: TWIN_WINDOW_SECONDS,
          })
        : undefined;
    if (twin) return twin;
    await insertFile(tx, {
      id: upload.fileId,
      projectId: directory.project_id,
      name: upload.name,
      externalFileId: details.externalFileId ?? null,
      fileType: extensionOf(upload.name),
      sizeBytes: upload.size,
      sha256: upload.sha256,
      blobKey: upload.blobKey,
      purpose: 'user_data',
      expiresAt: directory.expires_at,
    });
    const entry = {
      id: newId('directoryFile'),
      projectId: directory.project_id,
      directoryId: directory.id,
      fileId: upload.fileId,
      displayName: details.displayName ?? upload.name,
      metadata: details.metadata ?? null,
    };
    const added = await insertDirectoryFile(tx, { ...entry, uniqueId });
    if (added) return added;
    if (details.uniqueId !== undefined) throw uniqueIdTaken(details.uniqueId);
    const second = await insertDirectoryFile(tx, { ...entry, uniqueId: `${uniqueId} (${upload.fileId})` });
    if (!second) throw new Error('A unique id made from a new file id was taken');
    return second;
  });
}

function refuseLongUniqueId(uniqueId: string | undefined): void {
  if (uniqueId === undefined || Buffer.byteLength(uniqueId) <= MAX_UNIQUE_ID_BYTES) return;
  throw validationError({
    type: 'string_too_long',
    loc: ['body', 'unique_id'],
    msg: `unique_id may have at most ${MAX_UNIQUE_ID_BYTES} bytes`,
  });
}

/** A unique id made from a name; the end of a very long one is replaced by a hash of the whole. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_UNIQUE_ID_BYTES) return name;
  return `${name.slice(0, 200)}…${createHash('sha256').update(name).digest('hex')}`;
}

function uniqueIdTaken(uniqueId: string): SheafError {
  return new SheafError(
    'CONFLICT',
    `unique_id ${JSON.stringify(uniqueId)} is taken by another file of this directory: ` +
      `choose another one, or delete that file first`,
  );
}

/** The name's extension without its dot, in lower case, as the wire's `file_type`. */
function extensionOf(name: string): string | null {
  return /\.([A-Za-z0-9]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? null;
}

/** @throws NOT_FOUND */
export async function getDirectoryFile(
  services: Services,
  projectId: string,
  directoryId: string,
  id: string,
): Promise<DirectoryFile> {
  await getDirectory(services, projectId, directoryId);
  const file = await findDirectoryFile(services.db, directoryId, id);
  if (!file) throw notFound('Directory file');
  return file;
}

export async function listFilesOfDirectory(
  services: Services,
  projectId: string,
  directoryId: string,
  query: PageQuery & {
    readonly displayName?: string | undefined;
    readonly uniqueId?: string | undefined;
    readonly fileId?: string | undefined;
    readonly includeDeleted?: boolean | undefined;
  },
): Promise<Page<DirectoryFile>> {
  await getDirectory(services, projectId, directoryId);
  const filter = {
    directoryId,
    includeDeleted: query.includeDeleted ?? false,
    ...(query.displayName !== undefined && { displayName: query.displayName }),
    ...(query.uniqueId !== undefined && { uniqueId: query.uniqueId }),
    ...(query.fileId !== undefined && { fileId: query.fileId }),
  };
  const tokenFilters = { list: 'directory-files', ...filter };
  const rows = await listDirectoryFiles(services.db, filter, toPageRequest(services, query, tokenFilters));
  return toPage(services, rows, tokenFilters);
}

/** Takes a file out of its directory. Jobs that have been made for it go on. @throws NOT_FOUND */
export async function deleteDirectoryFile(
  services: Services,
  projectId: string,
  directoryId: string,
  id: string,
): Promise<void> {
  await getDirectory(services, projectId, directoryId);
  if (!(await markDirectoryFileDeleted(services.db, directoryId, id))) throw notFound('Directory file');
}

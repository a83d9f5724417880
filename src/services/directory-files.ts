import type { Readable } from 'node:stream';
import { notFound, SheafError } from '../errors.ts';
import { newId, newUuid } from '../model/ids.ts';
import {
  findDirectoryFile,
  findLiveDirectory,
  insertDirectoryFile,
  insertFile,
  listDirectoryFiles,
  markDirectoryFileDeleted,
} from '../store/directories.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { getDirectory } from './directories.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';

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
  readDetails: () => DirectoryFileDetails,
): Promise<DirectoryFile> {
  try {
    return await insertUpload(services, directory, upload, readDetails());
  } catch (error) {
    await discardUpload(services, upload);
    throw error;
  }
}

async function insertUpload(
  services: Services,
  directory: Directory,
  upload: StoredUpload,
  details: DirectoryFileDetails,
): Promise<DirectoryFile> {
  const row = await inTransaction(services.db, async (tx) => {
    const file = await insertFile(tx, {
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
      fileId: file.id,
      displayName: details.displayName ?? upload.name,
      metadata: details.metadata ?? null,
    };
    if (details.uniqueId !== undefined) {
      const added = await insertDirectoryFile(tx, { ...entry, uniqueId: details.uniqueId });
      if (!added) throw uniqueIdTaken(details.uniqueId);
      return added;
    }
    const derived = details.externalFileId ?? upload.name;
    return (
      (await insertDirectoryFile(tx, { ...entry, uniqueId: derived })) ??
      (await insertDirectoryFile(tx, { ...entry, uniqueId: `${derived} (${file.id})` }))
    );
  });
  if (!row) throw new Error('A unique id made from a new file id was taken');
  return row;
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

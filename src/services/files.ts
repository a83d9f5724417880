import { notFound } from '../errors.ts';
import type { FileSort } from '../store/file-order.ts';
import {
  findFileTwin,
  findUsableFile,
  insertFile,
  listFiles,
  lockLikeUploads,
  markFileDeleted,
  type FileLikeness,
} from '../store/files.ts';
import type { StoredFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { TWIN_WINDOW_SECONDS } from './twin-window.ts';
import { extensionOf, placeUpload, uploadLifetime, type StoredUpload } from './uploads.ts';

export { FILE_SORT_FIELDS, type FileSort } from '../store/file-order.ts';
export type { StoredFile } from '../store/schema.ts';

export interface FileDetails {
  /** What the file is for; decides how long it is kept (see {@link uploadLifetime}). */
  readonly purpose: string;
  readonly externalFileId?: string | undefined;
  /** The client's count of retries; from 1 on, its earlier try may have succeeded without its knowing. */
  readonly retryCount?: number | undefined;
}

/**
 * Makes the upload a file of the project. Its bytes are removed again when that fails.
 * @returns the file; that of an earlier try when the client sent the same again without knowing
 */
export async function addFile(
  services: Services,
  projectId: string,
  upload: StoredUpload,
  details: FileDetails,
): Promise<StoredFile> {
  return placeUpload(
    services,
    upload,
    () => insertUpload(services, projectId, upload, details),
    (file) => file.id === upload.fileId,
  );
}

async function insertUpload(
  services: Services,
  projectId: string,
  upload: StoredUpload,
  { purpose, externalFileId, retryCount = 0 }: FileDetails,
): Promise<StoredFile> {
  const file: FileLikeness = {
    projectId,
    name: upload.name,
    purpose,
    externalFileId: externalFileId ?? null,
    sha256: upload.sha256,
    sizeBytes: upload.size,
  };
  return inTransaction(services.db, async (tx) => {
    // The first try may still be on its way into the database when the second looks for it.
    await lockLikeUploads(tx, file);
    const twin = retryCount > 0 ? await findFileTwin(tx, file, TWIN_WINDOW_SECONDS) : undefined;
    if (twin) return twin;
    return insertFile(tx, {
      ...file,
      id: upload.fileId,
      fileType: extensionOf(upload.name),
      blobKey: upload.blobKey,
      expires: uploadLifetime(services, purpose),
    });
  });
}

/** @throws NOT_FOUND for a file that is unknown, deleted, expired or another project's */
export async function getFile(services: Services, projectId: string, id: string): Promise<StoredFile> {
  const file = await findUsableFile(services.db, projectId, id);
  if (!file) throw notFound('File');
  return file;
}

/**
 * Takes a file out of the files API. Its bytes stay as long as a directory shows it or a job that has not ended needs
 * it; the janitor removes them after that.
 * @throws NOT_FOUND
 */
export async function deleteFile(services: Services, projectId: string, id: string): Promise<void> {
  if (!(await markFileDeleted(services.db, projectId, id))) throw notFound('File');
}

/** Newest first, as every list. */
const DEFAULT_SORTS = [{ field: 'created_at', descending: true }] as const;

export interface FileListQuery extends PageQuery {
  readonly ids?: readonly string[] | undefined;
  /** Exact. */
  readonly name?: string | undefined;
  readonly externalFileId?: string | undefined;
  /** A data source that files were synchronised from. Sheaf has none: no file matches. */
  readonly dataSourceId?: string | undefined;
  /** Default: newest first. */
  readonly sorts?: readonly [FileSort, ...FileSort[]] | undefined;
}

/** @param source where the client's page token stands, for the error */
export async function listProjectFiles(
  services: Services,
  projectId: string,
  query: FileListQuery,
  source: 'query' | 'body' = 'query',
): Promise<Page<StoredFile>> {
  const { sorts = DEFAULT_SORTS } = query;
  const filter = {
    projectId,
    ...(query.ids !== undefined && { ids: query.ids }),
    ...(query.name !== undefined && { name: query.name }),
    ...(query.externalFileId !== undefined && { externalFileId: query.externalFileId }),
  };
  const tokenFilters = { list: 'files', sorts, ...filter };
  const page = toPageRequest(services, query, tokenFilters, source);
  if (query.dataSourceId !== undefined) return { items: [], nextPageToken: null, totalSize: 0 };
  return toPage(services, await listFiles(services.db, filter, sorts, page), tokenFilters);
}

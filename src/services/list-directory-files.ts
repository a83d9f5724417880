import { notFound } from '../errors.ts';
import { isUuid } from '../model/ids.ts';
import { findDirectoryFile, listDirectoryFiles, type DirectoryFileFilter } from '../store/directory-files.ts';
import type { DirectoryFile } from '../store/schema.ts';
import type { Services } from './context.ts';
import { getDirectory } from './directories.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';

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

/** What a list of a directory's files is asked for; what is absent does not matter. */
export interface DirectoryFileQuery extends PageQuery {
  readonly displayName?: string | undefined;
  /** A part of the name, in any case of letters. */
  readonly displayNameContains?: string | undefined;
  readonly uniqueId?: string | undefined;
  readonly fileId?: string | undefined;
  /** Both bounds are inclusive. */
  readonly updatedAtOnOrAfter?: Date | undefined;
  readonly updatedAtOnOrBefore?: Date | undefined;
  readonly includeDeleted?: boolean | undefined;
}

/**
 * The newest files of a directory first. Deleted files are listed when asked for, but not those of a directory that
 * is deleted or expired itself: that one is not found.
 * @throws NOT_FOUND; a 422 for a page token of other filters
 */
export async function listFilesOfDirectory(
  services: Services,
  projectId: string,
  directoryId: string,
  query: DirectoryFileQuery,
): Promise<Page<DirectoryFile>> {
  await getDirectory(services, projectId, directoryId);
  const filter = toFilter(directoryId, query);
  const tokenFilters = { list: 'directory-files', ...filter };
  const request = toPageRequest(services, query, tokenFilters);
  // A text that is no UUID is no file's id.
  if (filter.fileId !== undefined && !isUuid(filter.fileId))
    return { items: [], nextPageToken: null, totalSize: 0 };
  return toPage(services, await listDirectoryFiles(services.db, filter, request), tokenFilters);
}

function toFilter(directoryId: string, query: DirectoryFileQuery): DirectoryFileFilter {
  const { displayName, displayNameContains, uniqueId, fileId } = query;
  const { updatedAtOnOrAfter, updatedAtOnOrBefore, includeDeleted = false } = query;
  return {
    directoryId,
    includeDeleted,
    ...(displayName !== undefined && { displayName }),
    ...(displayNameContains !== undefined && { displayNameContains }),
    ...(uniqueId !== undefined && { uniqueId }),
    ...(fileId !== undefined && { fileId }),
    ...(updatedAtOnOrAfter && { updatedAtOnOrAfter: updatedAtOnOrAfter.toISOString() }),
    ...(updatedAtOnOrBefore && { updatedAtOnOrBefore: updatedAtOnOrBefore.toISOString() }),
  };
}

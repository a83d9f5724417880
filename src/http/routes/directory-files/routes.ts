import type { FastifyRequest } from 'fastify';

import { changeDirectoryFile } from '../../../services/change-directory-file.ts';
import type { Services } from '../../../services/context.ts';
import {
  deleteDirectoryFile,
  deleteDirectoryFiles,
  type DirectoryFile as DirectoryFileRow,
} from '../../../services/directory-files.ts';
import { getDirectoryFile, listFilesOfDirectory } from '../../../services/list-directory-files.ts';
import { linkFiles, type FileLinker } from '../../file-links.ts';
import {
  DirectoryFile,
  DirectoryFileBulkDeleteBody,
  DirectoryFileGetQuery,
  DirectoryFileListQuery,
  DirectoryFilePage,
  DirectoryFileParams,
  DirectoryFileUpdateBody,
} from '../../schemas/directory-file.ts';
import { DirectoryParams } from '../../schemas/directory.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { retryCountOf } from '../retry-count.ts';
import { toDate } from '../time.ts';
import { addDirectoryFileRoutes } from './add-routes.ts';
import { presentDirectoryFile } from './present.ts';

const COLLECTION = '/api/v1/beta/directories/:directory_id/files';
const ITEM = '/api/v1/beta/directories/:directory_id/files/:directory_file_id';

/** `/api/v1/beta/directories/{directory_id}/files`, contract 5.2. */
export function directoryFileRoutes(app: HttpServer, services: Services): void {
  const tags = ['directory files'];
  addDirectoryFileRoutes(app, services, tags);
  readRoutes(app, services, tags);
  changeRoutes(app, services, tags);
}

function readRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.get(
    COLLECTION,
    {
      schema: {
        tags,
        params: DirectoryParams,
        querystring: DirectoryFileListQuery,
        response: { 200: DirectoryFilePage },
      },
    },
    async (request) => {
      const { query, params } = request;
      const page = await listFilesOfDirectory(services, request.principal.projectId, params.directory_id, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        displayName: query.display_name,
        displayNameContains: query.display_name_contains,
        uniqueId: query.unique_id,
        fileId: query.file_id,
        updatedAtOnOrAfter: toDate(query.updated_at_on_or_after),
        updatedAtOnOrBefore: toDate(query.updated_at_on_or_before),
        includeDeleted: query.include_deleted,
      });
      const link = await linkerFor(request, services, page.items, query.expand);
      return presentPage(page, (row) => presentDirectoryFile(row, link));
    },
  );

  app.get(
    ITEM,
    {
      schema: {
        tags,
        params: DirectoryFileParams,
        querystring: DirectoryFileGetQuery,
        response: { 200: DirectoryFile },
      },
    },
    async (request) => {
      const { directory_id, directory_file_id } = request.params;
      const { projectId } = request.principal;
      const row = await getDirectoryFile(services, projectId, directory_id, directory_file_id);
      return presentDirectoryFile(row, await linkerFor(request, services, [row], request.query.expand));
    },
  );
}

/** Makes the download links that `expand` asks for. */
async function linkerFor(
  request: FastifyRequest,
  services: Services,
  rows: readonly DirectoryFileRow[],
  expand: readonly string[] | undefined,
): Promise<FileLinker | undefined> {
  if (!expand?.includes('download_url')) return undefined;
  const live = rows.filter((row) => row.deleted_at === null);
  return linkFiles(
    request,
    services,
    live.map((row) => row.file_id),
  );
}

function changeRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.patch(
    ITEM,
    {
      schema: {
        tags,
        params: DirectoryFileParams,
        querystring: ScopeQuery,
        body: DirectoryFileUpdateBody,
        response: { 200: DirectoryFile },
      },
    },
    async (request) => {
      const { body } = request;
      const { directory_id, directory_file_id } = request.params;
      const { projectId } = request.principal;
      const file = await changeDirectoryFile(services, projectId, directory_id, directory_file_id, {
        uniqueId: body.unique_id ?? undefined,
        displayName: body.display_name ?? undefined,
        targetDirectoryId: body.target_directory_id ?? undefined,
        metadata: body.metadata,
        retryCount: retryCountOf(request),
      });
      return presentDirectoryFile(file);
    },
  );

  app.delete(
    ITEM,
    { schema: { tags, params: DirectoryFileParams, querystring: ScopeQuery } },
    async (request, reply) => {
      const { directory_id, directory_file_id } = request.params;
      await deleteDirectoryFile(services, request.principal.projectId, directory_id, directory_file_id);
      return reply.code(204).send();
    },
  );

  app.post(
    `${COLLECTION}/bulk-delete`,
    {
      schema: {
        tags,
        params: DirectoryParams,
        querystring: ScopeQuery,
        body: DirectoryFileBulkDeleteBody,
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { projectId } = request.principal;
      await deleteDirectoryFiles(services, projectId, params.directory_id, body.directory_file_ids);
      return reply.code(204).send();
    },
  );
}

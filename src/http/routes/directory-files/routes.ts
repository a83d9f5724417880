import { SheafError, validationError } from '../../../errors.ts';
import type { Services } from '../../../services/context.ts';
import {
  addUpload,
  deleteDirectoryFile,
  discardUpload,
  getDirectoryFile,
  listFilesOfDirectory,
  openUpload,
  storeUpload,
} from '../../../services/directory-files.ts';
import { createFormReader, type FormDescription } from '../../multipart/form-reader.ts';
import { readJsonField } from '../../multipart/json-field.ts';
import {
  DirectoryFile,
  DirectoryFileGetQuery,
  DirectoryFileListQuery,
  DirectoryFilePage,
  DirectoryFileParams,
  DirectoryFileUploadFields,
  Metadata,
} from '../../schemas/directory-file.ts';
import { DirectoryParams } from '../../schemas/directory.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { createValidator } from '../../validation/validator.ts';
import { presentPage } from '../page.ts';
import { retryCountOf } from '../retry-count.ts';
import { presentDirectoryFile } from './present.ts';

const uploadForm = createFormReader({ fileField: 'upload_file', fields: DirectoryFileUploadFields });
const uploadDescription: FormDescription = uploadForm.description;
const metadataValidator = createValidator(Metadata, 'body');

/** `/api/v1/beta/directories/{directory_id}/files`, contract 5.2. */
export function directoryFileRoutes(app: HttpServer, services: Services): void {
  const tags = ['directory files'];

  app.post(
    '/api/v1/beta/directories/:directory_id/files/upload',
    {
      config: { form: uploadDescription },
      schema: { tags, params: DirectoryParams, querystring: ScopeQuery, response: { 201: DirectoryFile } },
    },
    async (request, reply) => {
      const directory = await openUpload(services, request.principal.projectId, request.params.directory_id);
      const { file: upload, fields } = await uploadForm.read(request, {
        store: (stream, info) => storeUpload(services, stream, info.fileName),
        discard: (stored) => discardUpload(services, stored),
      });
      const file = await addUpload(services, directory, upload, () => ({
        uniqueId: fields.unique_id,
        displayName: fields.display_name,
        externalFileId: fields.external_file_id,
        metadata: readMetadata(fields.metadata),
        retryCount: retryCountOf(request),
      }));
      return reply.code(201).send(presentDirectoryFile(file));
    },
  );

  app.get(
    '/api/v1/beta/directories/:directory_id/files',
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
      for (const filter of [
        'display_name_contains',
        'updated_at_on_or_after',
        'updated_at_on_or_before',
      ] as const) {
        if (query[filter] !== undefined) throw unsupported(`query parameter ${filter}`);
      }
      refuseExpand(query.expand);
      const page = await listFilesOfDirectory(services, request.principal.projectId, params.directory_id, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        displayName: query.display_name,
        uniqueId: query.unique_id,
        fileId: query.file_id,
        includeDeleted: query.include_deleted,
      });
      return presentPage(page, presentDirectoryFile);
    },
  );

  app.get(
    '/api/v1/beta/directories/:directory_id/files/:directory_file_id',
    {
      schema: {
        tags,
        params: DirectoryFileParams,
        querystring: DirectoryFileGetQuery,
        response: { 200: DirectoryFile },
      },
    },
    async (request) => {
      refuseExpand(request.query.expand);
      const { directory_id, directory_file_id } = request.params;
      const { projectId } = request.principal;
      return presentDirectoryFile(
        await getDirectoryFile(services, projectId, directory_id, directory_file_id),
      );
    },
  );

  app.delete(
    '/api/v1/beta/directories/:directory_id/files/:directory_file_id',
    { schema: { tags, params: DirectoryFileParams, querystring: ScopeQuery } },
    async (request, reply) => {
      const { directory_id, directory_file_id } = request.params;
      await deleteDirectoryFile(services, request.principal.projectId, directory_id, directory_file_id);
      return reply.code(204).send();
    },
  );
}

function readMetadata(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const metadata = readJsonField(metadataValidator, text, ['body', 'metadata']);
  if (!metadata.ok) throw validationError(...metadata.issues);
  return metadata.value;
}

/** What is not there yet is refused, never silently left out. */
function refuseExpand(expand: readonly string[] | undefined): void {
  if (expand?.includes('download_url')) throw unsupported('expand=download_url');
}

function unsupported(what: string): SheafError {
  return new SheafError('INVALID_REQUEST', `${what} is not supported by this version of Sheaf: leave it out`);
}

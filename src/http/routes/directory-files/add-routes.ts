import { validationError } from '../../../errors.ts';
import type { Services } from '../../../services/context.ts';
import { addStoredFile, addUpload, openUpload } from '../../../services/directory-files.ts';
import { discardUpload, storeUpload } from '../../../services/uploads.ts';
import { createFormReader, type FormDescription } from '../../multipart/form-reader.ts';
import { readJsonField } from '../../multipart/json-field.ts';
import {
  DirectoryFile,
  DirectoryFileCreateBody,
  DirectoryFileUploadFields,
  Metadata,
} from '../../schemas/directory-file.ts';
import { DirectoryParams } from '../../schemas/directory.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { createValidator } from '../../validation/validator.ts';
import { retryCountOf } from '../retry-count.ts';
import { presentDirectoryFile } from './present.ts';

const uploadForm = createFormReader({ fileField: 'upload_file', fields: DirectoryFileUploadFields });
const uploadDescription: FormDescription = uploadForm.description;
const metadataValidator = createValidator(Metadata, 'body');

/** How files get into a directory: those that are stored already, and uploads (contract 5.2). */
export function addDirectoryFileRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.post(
    '/api/v1/beta/directories/:directory_id/files',
    {
      schema: {
        tags,
        params: DirectoryParams,
        querystring: ScopeQuery,
        body: DirectoryFileCreateBody,
        response: { 201: DirectoryFile },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { projectId } = request.principal;
      const file = await addStoredFile(services, projectId, request.params.directory_id, {
        fileId: body.file_id,
        uniqueId: given(body.unique_id),
        displayName: given(body.display_name),
        metadata: body.metadata ?? undefined,
        retryCount: retryCountOf(request),
      });
      return reply.code(201).send(presentDirectoryFile(file));
    },
  );

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
        uniqueId: given(fields.unique_id),
        displayName: given(fields.display_name),
        externalFileId: given(fields.external_file_id),
        metadata: readMetadata(given(fields.metadata)),
        retryCount: retryCountOf(request),
      }));
      return reply.code(201).send(presentDirectoryFile(file));
    },
  );
}

/** What has a default is not given when it is null or empty: forms send empty texts for what nobody filled in. */
function given(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

function readMetadata(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const metadata = readJsonField(metadataValidator, text, ['body', 'metadata']);
  if (!metadata.ok) throw validationError(...metadata.issues);
  return metadata.value;
}

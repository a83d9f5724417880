import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../../services/context.ts';
import { addFile, deleteFile, getFile, listProjectFiles, type StoredFile } from '../../../services/files.ts';
import { discardUpload, storeUpload } from '../../../services/uploads.ts';
import { createFormReader, type FormDescription } from '../../multipart/form-reader.ts';
import { linkFiles, type FileLinker } from '../../file-links.ts';
import {
  FileContentQuery,
  FileGetQuery,
  FileListQuery,
  FileParams,
  FileQueryBody,
  FileUploadFields,
  FileV2,
  FileV2Page,
} from '../../schemas/file.ts';
import { PresignedUrl } from '../../schemas/presigned-url.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { retryCountOf } from '../retry-count.ts';
import { confirmProject, toBodyQuery, toListQuery } from './list-query.ts';
import { presentFile } from './present.ts';

const uploadForm = createFormReader({ fileField: 'file', fields: FileUploadFields });
const uploadDescription: FormDescription = uploadForm.description;

/** `/api/v1/beta/files`, contract section 6. */
export function fileRoutes(app: HttpServer, services: Services): void {
  uploadRoute(app, services);
  listRoutes(app, services);
  singleFileRoutes(app, services);
}

const tags = ['files'];

function uploadRoute(app: HttpServer, services: Services): void {
  app.post(
    '/api/v1/beta/files',
    {
      config: { form: uploadDescription },
      schema: { tags, querystring: ScopeQuery, response: { 201: FileV2 } },
    },
    async (request, reply) => {
      const { projectId } = request.principal;
      const { file: upload, fields } = await uploadForm.read(request, {
        store: (stream, info) => storeUpload(services, stream, info.fileName),
        discard: (stored) => discardUpload(services, stored),
      });
      const file = await addFile(services, projectId, upload, {
        purpose: fields.purpose,
        externalFileId: fields.external_file_id,
        retryCount: retryCountOf(request),
      });
      return reply.code(201).send(presentFile(file, null));
    },
  );
}

function listRoutes(app: HttpServer, services: Services): void {
  app.get(
    '/api/v1/beta/files',
    { schema: { tags, querystring: FileListQuery, response: { 200: FileV2Page } } },
    async (request) => {
      const page = await listProjectFiles(services, request.principal.projectId, toListQuery(request.query));
      const link = await linkerFor(request, services, page.items, request.query.expand);
      return presentPage(page, (file) => presentFile(file, link?.(file.id) ?? null));
    },
  );

  app.post(
    '/api/v1/beta/files/query',
    {
      schema: {
        tags,
        deprecated: true,
        querystring: ScopeQuery,
        body: FileQueryBody,
        response: { 200: FileV2Page },
      },
    },
    async (request) => {
      const { projectId } = request.principal;
      confirmProject(request.body, projectId);
      const page = await listProjectFiles(services, projectId, toBodyQuery(request.body), 'body');
      return presentPage(page, (file) => presentFile(file, null));
    },
  );
}

function singleFileRoutes(app: HttpServer, services: Services): void {
  app.get(
    '/api/v1/beta/files/:file_id',
    { schema: { tags, params: FileParams, querystring: FileGetQuery, response: { 200: FileV2 } } },
    async (request) => {
      const file = await getFile(services, request.principal.projectId, request.params.file_id);
      const link = await linkerFor(request, services, [file], request.query.expand);
      return presentFile(file, link?.(file.id) ?? null);
    },
  );

  app.delete(
    '/api/v1/beta/files/:file_id',
    { schema: { tags, params: FileParams, querystring: ScopeQuery, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await deleteFile(services, request.principal.projectId, request.params.file_id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/beta/files/:file_id/content',
    { schema: { tags, params: FileParams, querystring: FileContentQuery, response: { 200: PresignedUrl } } },
    async (request) => {
      const { id } = await getFile(services, request.principal.projectId, request.params.file_id);
      return (await linkFiles(request, services, [id], request.query.expires_at_seconds))(id);
    },
  );
}

/** Makes the download links that `expand` asks for. */
async function linkerFor(
  request: FastifyRequest,
  services: Services,
  files: readonly StoredFile[],
  expand: readonly string[] | undefined,
): Promise<FileLinker | undefined> {
  if (!expand?.includes('download_url')) return undefined;
  return linkFiles(
    request,
    services,
    files.map((file) => file.id),
  );
}

import {
  changeDirectory,
  createDirectory,
  deleteDirectory,
  getDirectory,
  listProjectDirectories,
} from '../../../services/directories.ts';
import type { Services } from '../../../services/context.ts';
import {
  Directory,
  DirectoryCreateBody,
  DirectoryListQuery,
  DirectoryPage,
  DirectoryParams,
  DirectoryUpdateBody,
} from '../../schemas/directory.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { toDate } from '../time.ts';
import { presentDirectory } from './present.ts';

/** `/api/v1/beta/directories`, contract 5.1. */
export function directoryRoutes(app: HttpServer, services: Services): void {
  const tags = ['directories'];

  app.post(
    '/api/v1/beta/directories',
    { schema: { tags, querystring: ScopeQuery, body: DirectoryCreateBody, response: { 201: Directory } } },
    async (request, reply) => {
      const { body } = request;
      const directory = await createDirectory(services, request.principal.projectId, {
        name: body.name,
        description: body.description,
        type: body.type,
        connectorSubscriptionId: body.connector_subscription_id,
        systemMetadata: body.system_metadata,
        expiresAt: toDate(body.expires_at),
      });
      return reply.code(201).send(presentDirectory(directory));
    },
  );

  app.get(
    '/api/v1/beta/directories',
    { schema: { tags, querystring: DirectoryListQuery, response: { 200: DirectoryPage } } },
    async (request) => {
      const { query } = request;
      const page = await listProjectDirectories(services, request.principal.projectId, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        name: query.name,
        types: wantedTypes(query),
        includeDeleted: query.include_deleted,
      });
      return presentPage(page, presentDirectory);
    },
  );

  app.get(
    '/api/v1/beta/directories/:directory_id',
    { schema: { tags, params: DirectoryParams, querystring: ScopeQuery, response: { 200: Directory } } },
    async (request) =>
      presentDirectory(
        await getDirectory(services, request.principal.projectId, request.params.directory_id),
      ),
  );

  app.patch(
    '/api/v1/beta/directories/:directory_id',
    {
      schema: {
        tags,
        params: DirectoryParams,
        querystring: ScopeQuery,
        body: DirectoryUpdateBody,
        response: { 200: Directory },
      },
    },
    async (request) => {
      const { projectId } = request.principal;
      return presentDirectory(
        await changeDirectory(services, projectId, request.params.directory_id, request.body),
      );
    },
  );

  app.delete(
    '/api/v1/beta/directories/:directory_id',
    { schema: { tags, params: DirectoryParams, querystring: ScopeQuery } },
    async (request, reply) => {
      await deleteDirectory(services, request.principal.projectId, request.params.directory_id);
      return reply.code(204).send();
    },
  );
}

/** A client that gives both parameters wants every type that it names. */
function wantedTypes({ type, types = [] }: DirectoryListQuery): DirectoryListQuery['types'] {
  const wanted = [...new Set(type === undefined ? types : [...types, type])];
  return wanted.length === 0 ? undefined : wanted.toSorted();
}

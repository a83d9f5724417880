import type { Services } from '../../../services/context.ts';
import {
  createProjectKey,
  listProjectKeys,
  revokeProjectKey,
  type ListedKey,
} from '../../../services/project-keys.ts';
import {
  ApiKeyCreateBody,
  ApiKeyDeleteQuery,
  ApiKeyList,
  ApiKeyParams,
  NewApiKey,
  type ApiKey,
} from '../../schemas/api-key.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';

const tags = ['api-keys'];
const BASE = '/api/v1/beta/api-keys';

/** The keys of the project that the request's own key belongs to. Additions of Sheaf. */
export function apiKeyRoutes(app: HttpServer, services: Services): void {
  app.get(
    BASE,
    {
      schema: {
        tags,
        querystring: ScopeQuery,
        response: { 200: ApiKeyList },
        description: "The project's keys, oldest first, revoked ones included. An addition of Sheaf.",
      },
    },
    async (request) => {
      const { projectId, keyId } = request.principal;
      return (await listProjectKeys(services, projectId)).map((key) => presentApiKey(key, keyId));
    },
  );

  app.post(
    BASE,
    {
      schema: {
        tags,
        querystring: ScopeQuery,
        body: ApiKeyCreateBody,
        response: { 201: NewApiKey },
        description: 'Makes a key of the project. Its secret is shown this once. An addition of Sheaf.',
      },
    },
    async (request, reply) => {
      const { projectId, keyId } = request.principal;
      const { key, secret } = await createProjectKey(services, projectId, request.body);
      const made: NewApiKey = { ...presentApiKey(key, keyId), key: secret };
      return reply.code(201).header('cache-control', 'no-store').send(made);
    },
  );

  app.delete(
    `${BASE}/:key_id`,
    {
      schema: {
        tags,
        params: ApiKeyParams,
        querystring: ApiKeyDeleteQuery,
        description: 'Revokes a key for good. An addition of Sheaf.',
      },
    },
    async (request, reply) => {
      const confirmed = request.query.confirm ?? false;
      await revokeProjectKey(services, request.principal, request.params.key_id, { confirmed });
      return reply.code(204).send();
    },
  );
}

function presentApiKey(key: ListedKey, currentId: string): ApiKey {
  return {
    id: key.id,
    name: key.name,
    is_current: key.id === currentId,
    created_at: key.created_at.toISOString(),
    last_used_at: key.last_used_at?.toISOString() ?? null,
    revoked_at: key.revoked_at?.toISOString() ?? null,
  };
}

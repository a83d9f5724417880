import type { FastifyInstance, FastifyRequest } from 'fastify';

import { notFound, SheafError } from '../errors.ts';
import type { Principal } from '../services/api-keys.ts';

/** Looks a key up; null when it is unknown or revoked. Called for every request, so it should be quick. */
export type Authenticate = (bearerToken: string) => Promise<Principal | null>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling. Throws on a public route, where nobody has been asked. */
    readonly principal: Principal;
  }
  interface FastifyContextConfig {
    /** True for a route that needs no key. */
    readonly public?: boolean;
  }
}

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Demands `Authorization: Bearer <key>` on every route except those with `config: { public: true }`, before
 * the body is read, so that strangers can neither upload nor probe the validation.
 */
export function authenticateRequests(app: FastifyInstance, authenticate: Authenticate): void {
  const principals = new WeakMap<FastifyRequest, Principal>();
  app.decorateRequest('principal', {
    getter(this: FastifyRequest) {
      const principal = principals.get(this);
      if (!principal) throw new Error(`${this.routeOptions.url} is public: it has no principal`);
      return principal;
    },
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.public) return;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new SheafError('NOT_AUTHENTICATED', 'Not authenticated');
    const principal = await authenticate(token);
    if (!principal) {
      throw new SheafError(
        'INVALID_API_KEY',
        'Invalid API Key. Please check that the key was made by this server and has not been revoked.',
      );
    }
    principals.set(request, principal);
  });
}

/**
 * Answers 404 to a request for a project or organization that is not the key's. Must be installed after the rate
 * limit, so that such requests count too.
 */
export function confirmScopes(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.public) return;
    confirmScope(request.query as Record<string, unknown>, request.principal);
  });
}

/** `project_id` and `organization_id` may name what the key belongs to, or nothing (contract 1.1). */
function confirmScope(query: Readonly<Record<string, unknown>>, principal: Principal): void {
  if (!confirms(query.project_id, principal.projectId)) throw notFound('Project');
  if (!confirms(query.organization_id, principal.organizationId)) throw notFound('Organization');
}

function confirms(given: unknown, own: string): boolean {
  return [given].flat().every((id) => id === undefined || id === '' || isSameId(id, own));
}

/** UUIDs are the same in either case of letters. */
function isSameId(given: unknown, own: string): boolean {
  return typeof given === 'string' && given.toLowerCase() === own.toLowerCase();
}

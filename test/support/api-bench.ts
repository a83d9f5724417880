import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import type { Services } from '../../src/services/context.ts';

/** An answer as a client sees it. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  /** Null where there is no JSON. */
  readonly body: unknown;
}

/** The API on services of a test, without a socket. Here a key is its project's id. */
export interface ApiBench extends AsyncDisposable {
  call(
    projectId: string,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<ApiAnswer>;
}

export const ORGANIZATION = '0198c0de-0000-7000-8000-000000000000';

export async function openApiBench(
  services: Services,
  register: (app: HttpServer) => void,
): Promise<ApiBench> {
  const app = createHttpServer({
    logger: services.logger,
    maxUploadBytes: services.limits.maxUploadBytes,
    authenticate: async (key) => ({ keyId: 'key-test', projectId: key, organizationId: ORGANIZATION }),
    version: '0',
  });
  await app.register(async (routes) => register(routes));
  return {
    async call(projectId, method, url, { body, headers = {} } = {}) {
      const answer = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${projectId}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
      const { statusCode: status, headers: answered, body: text } = answer;
      const isJson = String(answered['content-type']).includes('application/json');
      return { status, headers: answered, text, body: isJson ? (JSON.parse(text) as unknown) : null };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
    },
  };
}

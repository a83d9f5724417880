import type { FastifyInstance } from 'fastify';

/** Which methods the server's routes have for a path. */
export interface AllowedMethods {
  /** Methods of every route that matches, sorted; empty when the path is unknown. */
  of(path: string): string[];
}

/** Watches the routes as they are added, to tell an unknown path (404) from a wrong method (405). */
export function watchAllowedMethods(app: FastifyInstance): AllowedMethods {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return {
    of(path) {
      const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
      return [...new Set(methods)].sort();
    },
  };
}

/** `/a/:id/*` as a regular expression; a parameter is one segment that is not empty. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*')}$`);
}

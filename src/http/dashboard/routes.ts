import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../errors.ts';
import { openBuiltDashboard, type BuiltDashboard } from './built-files.ts';
import { PAGE_ROOTS } from './page-roots.ts';

/** Everything from this origin and nothing from elsewhere; WebAssembly decodes some pictures inside PDFs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Names of built files carry a hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** These keep their names from one version to the next. */
const FOR_AN_HOUR = 'public, max-age=3600';

const NOT_BUILT =
  'The dashboard of this Sheaf has not been built. Run "npm run build" in its folder and start it again.\n' +
  'The API works without it: its description is at /docs.\n';

/**
 * Serves the dashboard at `/` and at the addresses of its pages. It is public: what it shows, it reads with the key of
 * whoever signs in.
 * @param directory where the build left it
 */
export async function registerDashboard(
  app: FastifyInstance,
  options: { readonly directory: string; readonly publicUrl?: string },
): Promise<void> {
  const dashboard = await openBuiltDashboard(options.directory);
  const page = dashboard && pageUnder(dashboard, options.publicUrl);
  const shared = { method: ['GET', 'HEAD'], config: { public: true }, schema: { hide: true } };

  for (const url of ['/', ...PAGE_ROOTS.flatMap((root) => [`/${root}`, `/${root}/*`])]) {
    app.route({
      ...shared,
      url,
      handler: async (_request, reply) =>
        page === null
          ? reply.code(404).type('text/plain; charset=utf-8').send(NOT_BUILT)
          : reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(page),
    });
  }
  if (!dashboard) return;
  for (const url of ['/favicon.svg', '/assets/*', '/pdf/*']) {
    app.route({ ...shared, url, handler: async (request, reply) => sendFile(dashboard, request, reply) });
  }
}

/** The page with the path under which a proxy shows this server, so that its relative addresses lead there. */
function pageUnder({ index }: BuiltDashboard, publicUrl: string | undefined): string {
  const path = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return index.replace(/<base href="[^"]*"/, `<base href="${path.replaceAll('&', '&amp;')}/"`);
}

async function sendFile(
  dashboard: BuiltDashboard,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const name = request.url.split('?', 1)[0]?.slice(1) ?? '';
  const file = dashboard.files.get(name);
  if (!file) throw notFound('File of the dashboard');
  const compressed = acceptsGzip(request) ? file.gzip : undefined;
  const { path, size } = compressed ?? file;
  reply.type(file.type).headers({
    'cache-control': name.startsWith('assets/') ? FOR_EVER : FOR_AN_HOUR,
    'content-length': size,
    // A worker has a policy of its own, which comes with its script.
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    ...(file.gzip && { vary: 'Accept-Encoding' }),
    ...(compressed && { 'content-encoding': 'gzip' }),
  });
  return request.method === 'HEAD' ? reply.send() : reply.send(createReadStream(path));
}

function acceptsGzip(request: FastifyRequest): boolean {
  const header = request.headers['accept-encoding'] ?? '';
  return /(?:^|[,\s])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header);
}

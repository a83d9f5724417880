import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../../services/context.ts';
import { openDownload, type Download } from '../../../services/downloads.ts';
import { describeDownload } from '../../file-links.ts';
import type { HttpServer } from '../../server.ts';
import { requestedRange, type ByteRange } from './byte-range.ts';

/** Not held to be a UUID: a link that was changed is refused as such, wherever it was changed. */
const LinkParams = Type.Object({ file_id: Type.String() });
const PartParams = Type.Object({ job_id: Type.String(), part: Type.String() });
const ImageParams = Type.Object({ job_id: Type.String(), name: Type.String() });

/** What makes a link good; one without it, or with something else in its place, is as bad as a forged one. */
const proof = { expires: Type.Optional(Type.String()), signature: Type.Optional(Type.String()) };
const LinkQuery = Type.Object(proof);
const ImageQuery = Type.Object({
  at: Type.Optional(Type.String()),
  length: Type.Optional(Type.String()),
  ...proof,
});

/**
 * Where links of `presign` lead. They carry their own proof: no key is asked for, and one that some clients send all
 * the same is not looked at (contract 13.22).
 */
export function downloadRoutes(app: HttpServer, services: Services): void {
  app.decorate('downloadLinks', services.downloadLinks);

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/downloads/files/:file_id',
    config: { public: true },
    schema: { hide: true, params: LinkParams, querystring: LinkQuery },
    async handler(request, reply) {
      const resource = { kind: 'file', id: request.params.file_id } as const;
      const { expires, signature = '' } = request.query;
      const download = await openDownload(services, resource, { expires: wholeNumber(expires), signature });
      return sendDownload(download, request, reply);
    },
  });
  resultDownloadRoutes(app, services);
}

function resultDownloadRoutes(app: HttpServer, services: Services): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/downloads/results/:job_id/:part',
    config: { public: true },
    schema: { hide: true, params: PartParams, querystring: LinkQuery },
    async handler(request, reply) {
      const { job_id: id, part } = request.params;
      const { expires, signature = '' } = request.query;
      const resource = { kind: 'result', id, part } as const;
      const download = await openDownload(services, resource, { expires: wholeNumber(expires), signature });
      return sendDownload(download, request, reply);
    },
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/downloads/results/:job_id/images/:name',
    config: { public: true },
    schema: { hide: true, params: ImageParams, querystring: ImageQuery },
    async handler(request, reply) {
      const { job_id: id, name } = request.params;
      const { at, length, expires, signature = '' } = request.query;
      const resource = { kind: 'image', id, name, at: wholeNumber(at), length: wholeNumber(length) } as const;
      const download = await openDownload(services, resource, { expires: wholeNumber(expires), signature });
      return sendDownload(download, request, reply);
    },
  });
}

/** A number as links write it; NaN, which no link is signed with, for any other text. */
function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : NaN;
}

/** Sends a download, or the part that was asked for, without holding more of it than a few chunks. */
async function sendDownload(
  download: Download,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { size } = download;
  const etag = `"${download.digest}"`;
  if (listsTag(request.headers['if-none-match'], etag)) return reply.code(304).header('etag', etag).send();

  const range = rangeOf(request, etag, size);
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${size}`).send();
  }
  // The store signs for GET alone.
  const link = request.method === 'GET' && (await download.link?.(describeDownload(download.name)));
  if (link) return reply.header('cache-control', 'no-store').redirect(link.url, 302);
  const { offset, length } = range ?? { offset: 0, length: size };
  const stream = await download.open(offset, length);
  const { contentType, contentDisposition } = describeDownload(download.name);
  reply.type(contentType).headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private',
    'content-disposition': contentDisposition,
    'content-length': length,
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  });
  if (range) reply.code(206).header('content-range', `bytes ${offset}-${offset + length - 1}/${size}`);
  if (request.method !== 'HEAD') return reply.send(stream);
  stream.destroy();
  return reply.send();
}

/** Ranges are for GET alone, and under `If-Range` only for the bytes that the client has the beginning of. */
function rangeOf(
  request: FastifyRequest,
  etag: string,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const condition = request.headers['if-range'];
  if (request.method !== 'GET' || (condition !== undefined && condition !== etag)) return undefined;
  return requestedRange(request.headers.range, size);
}

function listsTag(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

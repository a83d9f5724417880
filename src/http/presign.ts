import type { FastifyRequest } from 'fastify';

import type { DownloadLinks, DownloadResource } from '../services/download-links.ts';
import type { PresignedUrl } from './schemas/presigned-url.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Base under which clients reach the server, without a slash at its end; undefined: what the client called. */
    readonly publicUrl: string | undefined;
    /** Signs what {@link presign} hands out; there once the download routes are registered. */
    readonly downloadLinks: DownloadLinks;
  }
}

/**
 * A link to the resource that needs no key until it expires: absolute, at the server's public address or else at the
 * one that the client called.
 * @param lifetimeSeconds default one hour, at most seven days
 */
export function presign(
  request: FastifyRequest,
  resource: DownloadResource,
  lifetimeSeconds?: number,
): PresignedUrl {
  const { expires, signature } = request.server.downloadLinks.sign(resource, lifetimeSeconds);
  return {
    url: `${baseUrl(request)}${downloadPath(resource)}expires=${expires}&signature=${signature}`,
    expires_at: new Date(expires * 1000).toISOString(),
    form_fields: null,
  };
}

/** Where a resource is downloaded, up to the proof; the download routes answer there. */
function downloadPath(resource: DownloadResource): string {
  switch (resource.kind) {
    case 'file':
      return `/api/v1/downloads/files/${resource.id}?`;
    case 'result':
      return `/api/v1/downloads/results/${resource.id}/${resource.part}?`;
    case 'export':
      return `/api/v1/downloads/batches/${resource.id}/export/${resource.format}?`;
    case 'image': {
      const { id, name, at, length } = resource;
      return `/api/v1/downloads/results/${id}/images/${encodeURIComponent(name)}?at=${at}&length=${length}&`;
    }
  }
}

/** A name or an address, and perhaps a port. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

function baseUrl(request: FastifyRequest): string {
  const { publicUrl } = request.server;
  if (publicUrl !== undefined) return publicUrl;
  // HTTP/1.0 knows no Host, and some clients send what is none.
  const host = HOST.test(request.host) ? request.host : `localhost:${request.socket.localPort ?? 80}`;
  return `${request.protocol}://${host}`;
}

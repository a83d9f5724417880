import type { FastifyRequest } from 'fastify';
import type { BlobDescription, Services } from '../services/context.ts';
import { DEFAULT_LINK_SECONDS, MAX_LINK_SECONDS } from '../services/download-links.ts';
import { linksOfStore } from '../services/file-links.ts';
import { presign } from './presign.ts';
import { attachmentNamed } from './routes/downloads/content-disposition.ts';
import { mediaTypeOf } from './routes/downloads/media-types.ts';
import type { PresignedUrl } from './schemas/presigned-url.ts';

/** Gives a file's link, by its id. */
export type FileLinker = (fileId: string) => PresignedUrl;

/** Headers that save a file under its name. */
export function describeDownload(name: string): BlobDescription {
  return { contentType: mediaTypeOf(name), contentDisposition: attachmentNamed(name) };
}

/**
 * Makes download links for files that the client may read: the store's own where the operator wants that, else those of
 * this server.
 * @param lifetimeSeconds default one hour, at most seven days
 */
export async function linkFiles(
  request: FastifyRequest,
  services: Services,
  fileIds: readonly string[],
  lifetimeSeconds: number = DEFAULT_LINK_SECONDS,
): Promise<FileLinker> {
  const links = await linksOfStore(
    services,
    fileIds,
    Math.min(lifetimeSeconds, MAX_LINK_SECONDS),
    describeDownload,
  );
  return (id) => {
    const link = links.get(id);
    if (!link) return presign(request, { kind: 'file', id }, lifetimeSeconds);
    return { url: link.url, expires_at: link.expires.toISOString(), form_fields: null };
  };
}

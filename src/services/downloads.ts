import type { Readable } from 'node:stream';
import { notFound, SheafError } from '../errors.ts';
import { findReadableFile } from '../store/files.ts';
import { BlobNotFoundError, type BlobDescription, type BlobLink, type Services } from './context.ts';
import type { DownloadResource, LinkTicket } from './download-links.ts';
import { openResultDownload } from './result-downloads.ts';

/** Bytes that the holder of a link may read. */
export interface Download {
  readonly name: string;
  readonly size: number;
  /** The same for the same bytes, and for no others. */
  readonly digest: string;
  /**
   * Where the store itself hands out the whole of the bytes, if that is wanted; for a request that begins at once.
   * @param answer how the store is to describe them
   */
  readonly link?: (answer: BlobDescription) => Promise<BlobLink | undefined>;
  /** @throws NOT_FOUND when the bytes are gone */
  open(offset: number, length: number): Promise<Readable>;
}

/** Long enough for a client that follows at once. */
const REDIRECT_SECONDS = 600;

/**
 * What a link leads to.
 * @throws LINK_REFUSED for a ticket that has expired or was not made here
 * @throws NOT_FOUND when the resource is gone
 */
export async function openDownload(
  services: Services,
  resource: Exclude<DownloadResource, { kind: 'export' }>,
  ticket: LinkTicket,
): Promise<Download> {
  refuseBadTicket(services, resource, ticket);
  if (resource.kind !== 'file') return openResultDownload(services, resource);
  const file = await findReadableFile(services.db, resource.id);
  if (!file) throw notFound('File');
  return {
    name: file.name,
    size: file.size_bytes,
    digest: file.sha256.toString('hex'),
    ...(services.blobs.links !== 'server' && {
      link: (answer) => services.blobs.link(file.blob_key, { ...answer, seconds: REDIRECT_SECONDS }),
    }),
    async open(offset, length) {
      try {
        return await services.blobs.openRange(file.blob_key, offset, length);
      } catch (error) {
        throw error instanceof BlobNotFoundError ? notFound('File') : error;
      }
    },
  };
}

/** @throws LINK_REFUSED for a ticket that has expired or was not made here */
export function refuseBadTicket(services: Services, resource: DownloadResource, ticket: LinkTicket): void {
  switch (services.downloadLinks.check(resource, ticket)) {
    case 'valid':
      return;
    case 'expired': {
      const end = new Date(ticket.expires * 1000).toISOString();
      throw new SheafError('LINK_REFUSED', `The link expired at ${end}: ask the API for a new one`);
    }
    case 'forged':
      throw new SheafError(
        'LINK_REFUSED',
        'The signature does not fit the link: use the URL unchanged, or ask the API for a new one',
      );
  }
}

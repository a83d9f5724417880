import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a link can give out. Each kind has a route of its own. */
export type DownloadResource =
  | { readonly kind: 'file'; readonly id: string }
  /** A part of a job's result; its names are those of `RESULT_DOWNLOADS`. */
  | { readonly kind: 'result'; readonly id: string; readonly part: string }
  /** All results of a batch, in a format of `EXPORT_FORMATS`. */
  | { readonly kind: 'export'; readonly id: string; readonly format: string }
  /** A picture of a job's result: its name, and where it lies among the pictures. */
  | {
      readonly kind: 'image';
      readonly id: string;
      readonly name: string;
      readonly at: number;
      readonly length: number;
    };

/** Life of a link when nobody says, in seconds. */
export const DEFAULT_LINK_SECONDS = 3600;
/** Longest life of a link, in seconds: seven days, what S3 allows too. */
export const MAX_LINK_SECONDS = 7 * 24 * 3600;

/** Proof that this server lets whoever holds it read one resource for a while. */
export interface LinkTicket {
  /** Unix seconds. */
  readonly expires: number;
  readonly signature: string;
}

/** What a ticket turned out to be. */
export type TicketCheck = 'valid' | 'expired' | 'forged';

/** Signs links that need no key, and checks them. Nothing is stored: a link is good until it expires. */
export interface DownloadLinks {
  /** @param lifetimeSeconds whole seconds, from 1 to {@link MAX_LINK_SECONDS} */
  sign(resource: DownloadResource, lifetimeSeconds?: number): LinkTicket;
  /** Says `expired` only of a ticket that was good once. */
  check(resource: DownloadResource, ticket: LinkTicket): TicketCheck;
}

/**
 * @param secret the server's secret; servers that share a database must share it
 * @param now milliseconds since 1970; the process's clock, because a link is checked without the database
 */
export function createDownloadLinks(secret: Buffer, now: () => number = Date.now): DownloadLinks {
  const key = createHash('sha256').update('download-link').update(secret).digest();
  const signatureOf = (resource: DownloadResource, expires: number): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([resource.kind, resource.id, ...detailsOf(resource), expires]))
      .digest();

  return {
    sign(resource, lifetimeSeconds = DEFAULT_LINK_SECONDS) {
      const expires = Math.ceil(now() / 1000) + Math.min(lifetimeSeconds, MAX_LINK_SECONDS);
      return { expires, signature: signatureOf(resource, expires).toString('base64url') };
    },
    check(resource, { expires, signature }) {
      // The texts, because several decode to the same bytes.
      const expected = Buffer.from(signatureOf(resource, expires).toString('base64url'));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
      return expires * 1000 > now() ? 'valid' : 'expired';
    },
  };
}

function detailsOf(resource: DownloadResource): readonly (string | number)[] {
  switch (resource.kind) {
    case 'file':
      return [];
    case 'result':
      return [resource.part];
    case 'export':
      return [resource.format];
    case 'image':
      return [resource.name, resource.at, resource.length];
  }
}

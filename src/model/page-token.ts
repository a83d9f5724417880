import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Where a page ended: what its last row is ordered by. */
export interface PagePosition {
  /** RFC 3339 with milliseconds; the database keeps no finer time. */
  readonly createdAt: string;
  readonly id: string;
  /** In lists that can be ordered by name: as much of it as counts. */
  readonly name?: string;
}

/** Page tokens of one server: opaque, signed, and good only for the filters they were made with. */
export interface PageTokens {
  encode(position: PagePosition, filters: Readonly<Record<string, unknown>>): string;
  /** Undefined for a token that is malformed, forged or made for other filters. */
  decode(token: string, filters: Readonly<Record<string, unknown>>): PagePosition | undefined;
}

const SIGNATURE_BYTES = 16;

/** @param secret the server's secret; servers that share a database must share it. */
export function createPageTokens(secret: Buffer): PageTokens {
  const key = createHash('sha256').update('page-token').update(secret).digest();
  const sign = (payload: string, filters: Readonly<Record<string, unknown>>): Buffer =>
    createHmac('sha256', key)
      .update(payload)
      .update('\n')
      .update(canonical(filters))
      .digest()
      .subarray(0, SIGNATURE_BYTES);

  return {
    encode(position, filters) {
      const { createdAt, id, name } = position;
      const payload = name === undefined ? `${createdAt}|${id}` : `${createdAt}|${id}|${name}`;
      return Buffer.concat([sign(payload, filters), Buffer.from(payload)]).toString('base64url');
    },
    decode(token, filters) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length <= SIGNATURE_BYTES) return undefined;
      const payload = bytes.subarray(SIGNATURE_BYTES).toString();
      if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), sign(payload, filters))) return undefined;
      // Only the name, which comes last, may hold the separator.
      const [createdAt = '', id = '', ...name] = payload.split('|');
      return { createdAt, id, ...(name.length > 0 && { name: name.join('|') }) };
    },
  };
}

/** The same text for the same filters, whatever order they were written in; absent ones do not count. */
function canonical(filters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

import { createHash } from 'node:crypto';
import type { Principal } from './api-keys.ts';
import { TWIN_WINDOW_SECONDS } from './twin-window.ts';

/** Who asks, and how often the client has sent the same request before. */
export interface CreateRequest {
  readonly principal: Pick<Principal, 'keyId' | 'projectId'>;
  /** The client's count of retries; from 1 on, what its earlier try made may exist already. */
  readonly retryCount: number;
  /** `performance.now()` when the request arrived. */
  readonly arrivedAt: number;
}

/** Which rows may be what the same request has made already. */
export interface TwinSearch {
  readonly projectId: string;
  readonly fingerprint: Buffer;
  readonly withinSeconds: number;
  readonly onlyRetries: boolean;
}

/**
 * Where the twin of a create is looked for (contract 1.5: clients retry blindly and without a key): of a retry, among
 * what any of its tries made; of a first try, among what a retry made that overtook it while it was on its way here.
 */
export function twinSearch(request: CreateRequest, fingerprint: Buffer): TwinSearch {
  const { principal, retryCount, arrivedAt } = request;
  const search = { projectId: principal.projectId, fingerprint };
  if (retryCount > 0) return { ...search, withinSeconds: TWIN_WINDOW_SECONDS, onlyRetries: false };
  return { ...search, withinSeconds: (performance.now() - arrivedAt) / 1000, onlyRetries: true };
}

/** Says who asks for what: equal for a request and its repetition. */
export function fingerprintOf(keyId: string, wish: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([keyId, wish]))
    .digest();
}

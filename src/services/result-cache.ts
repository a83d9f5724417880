import type { JobKind } from '../model/job-states.ts';
import { findCachedResult, type CachedResult } from '../store/cached-results.ts';
import { BlobNotFoundError, type Services } from './context.ts';

export type { CachedResult } from '../store/cached-results.ts';

/** Whether a job with these parameters may use other jobs' results and offer its own (contract 7.2). */
export function mayUseCache(services: Services, parameters: Readonly<Record<string, unknown>>): boolean {
  return services.limits.resultCacheHours > 0 && parameters.disable_cache !== true;
}

/**
 * The result of an earlier job of the project that may be used instead of doing the work again. It may still be deleted
 * before it is: the commit looks again.
 */
export async function findReusableResult<Kind extends JobKind>(
  services: Services,
  kind: Kind,
  projectId: string,
  cacheKey: Buffer,
): Promise<CachedResult<Kind> | undefined> {
  const withinHours = services.limits.resultCacheHours;
  const cached = await findCachedResult(services.db, kind, { projectId, cacheKey, withinHours });
  return cached && (await isReadable(services, cached.result)) ? cached : undefined;
}

/** A row whose bytes are gone, by whatever accident, must not be passed on from job to job. */
export async function isReadable(
  services: Services,
  result: { readonly key: string; readonly bytes: number },
): Promise<boolean> {
  try {
    await services.blobs.readRange(result.key, Math.max(0, result.bytes - 1), Math.min(1, result.bytes));
    return true;
  } catch (error) {
    if (error instanceof BlobNotFoundError) return false;
    throw error;
  }
}

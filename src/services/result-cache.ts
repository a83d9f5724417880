import { findCachedResult, type CachedResult } from '../store/cached-results.ts';
import { BlobNotFoundError, type Services } from './context.ts';

export type { CachedResult } from '../store/cached-results.ts';

/** Whether a job with these parameters may use other jobs' results and offer its own (contract 7.2). */
export function mayUseCache(services: Services, parameters: Readonly<Record<string, unknown>>): boolean {
  return services.limits.resultCacheHours > 0 && parameters.disable_cache !== true;
}

/**
 * The result of an earlier job of the project that may be used instead of parsing again. It may still be deleted
 * before it is: the commit looks again.
 */
export async function findReusableResult(
  services: Services,
  projectId: string,
  cacheKey: Buffer,
): Promise<CachedResult | undefined> {
  const withinHours = services.limits.resultCacheHours;
  const cached = await findCachedResult(services.db, { projectId, cacheKey, withinHours });
  return cached && (await isReadable(services, cached)) ? cached : undefined;
}

/** A row whose bytes are gone, by whatever accident, must not be passed on from job to job. */
async function isReadable(services: Services, { result }: CachedResult): Promise<boolean> {
  try {
    await services.blobs.readRange(result.key, Math.max(0, result.bytes - 1), Math.min(1, result.bytes));
    return true;
  } catch (error) {
    if (error instanceof BlobNotFoundError) return false;
    throw error;
  }
}

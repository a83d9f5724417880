import { createHash, timingSafeEqual } from 'node:crypto';
import { newApiKey, newId } from '../model/ids.ts';
import type { Executor } from '../store/database.ts';
import { findApiKey, insertApiKey, touchApiKey } from '../store/projects.ts';

/** Whom a request speaks for. A key belongs to exactly one project. */
export interface Principal {
  readonly keyId: string;
  readonly projectId: string;
  readonly organizationId: string;
}

const LOOKUP_BYTES = 16;
/** A key that was found is believed for this long; revoking one takes effect within it. */
const CACHE_MS = 5_000;
const CACHE_ENTRIES = 1_000;

function digest(key: string): { lookup: Buffer; hash: Buffer } {
  const hash = createHash('sha256').update(key).digest();
  return { lookup: hash.subarray(0, LOOKUP_BYTES), hash };
}

/** Makes a key. @returns the key itself, which is stored nowhere else */
export async function createApiKey(
  db: Executor,
  options: { projectId: string; name: string },
): Promise<string> {
  const key = newApiKey();
  await insertApiKey(db, { id: newId('apiKey'), ...options, ...digest(key) });
  return key;
}

/** Lets a key that the operator chose be used. Does nothing when it is known already. */
export async function ensureApiKey(
  db: Executor,
  key: string,
  options: { projectId: string; name: string },
): Promise<void> {
  await insertApiKey(db, { id: newId('apiKey'), ...options, ...digest(key) });
}

/** Tells whom a key speaks for, or null. Remembers keys for a few seconds: every request asks. */
export function createAuthenticator(db: Executor): (key: string) => Promise<Principal | null> {
  const known = new Map<string, { principal: Principal; until: number }>();

  return async (key) => {
    const { lookup, hash } = digest(key);
    const id = hash.toString('base64');
    const cached = known.get(id);
    if (cached && cached.until > Date.now()) return cached.principal;

    const row = await findApiKey(db, lookup);
    if (!row || !timingSafeEqual(row.hash, hash)) {
      known.delete(id);
      return null;
    }
    const principal = { keyId: row.id, projectId: row.project_id, organizationId: row.organization_id };
    if (known.size >= CACHE_ENTRIES) known.clear();
    known.set(id, { principal, until: Date.now() + CACHE_MS });
    await touchApiKey(db, row.id);
    return principal;
  };
}

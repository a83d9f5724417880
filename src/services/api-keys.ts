import { createHash, timingSafeEqual } from 'node:crypto';
import { newApiKey, newId } from '../model/ids.ts';
import { findKeyByLookup, findUsableKey, insertApiKey, noteUse } from '../store/api-keys.ts';
import type { Executor } from '../store/database.ts';
import type { ApiKey } from '../store/schema.ts';

/** Whom a request speaks for. A key belongs to exactly one project. */
export interface Principal {
  readonly keyId: string;
  readonly projectId: string;
  readonly organizationId: string;
}

const LOOKUP_BYTES = 16;
/**
 * What was found out about a key is believed for this long, so revoking one, or making one that was tried before,
 * takes effect within it, on every server and without their hearing of it. A busy key costs each server one look into
 * an index per second, and so does an unknown one.
 */
const CACHE_MS = 1_000;
const CACHE_ENTRIES = 1_000;

function digest(key: string): { lookup: Buffer; hash: Buffer } {
  const hash = createHash('sha256').update(key).digest();
  return { lookup: hash.subarray(0, LOOKUP_BYTES), hash };
}

/** Makes a key. @returns its id, and the key itself, which is stored nowhere else */
export async function createApiKey(
  db: Executor,
  options: { projectId: string; name: string },
): Promise<{ id: string; key: string }> {
  const made = { id: newId('apiKey'), key: newApiKey() };
  await insertApiKey(db, { id: made.id, ...options, ...digest(made.key) });
  return made;
}

/**
 * Lets a key that the operator chose be used. Does nothing when it is known already: one that was revoked stays so.
 * @returns whether it may be used
 */
export async function ensureApiKey(
  db: Executor,
  key: string,
  options: { projectId: string; name: string },
): Promise<boolean> {
  await insertApiKey(db, { id: newId('apiKey'), ...options, ...digest(key) });
  const known = await findApiKey(db, key);
  return known?.revoked_at === null;
}

/** The row of a key, revoked or not. */
export async function findApiKey(db: Executor, key: string): Promise<ApiKey | undefined> {
  const { lookup, hash } = digest(key);
  const row = await findKeyByLookup(db, lookup);
  return row && timingSafeEqual(row.hash, hash) ? row : undefined;
}

/** Tells whom a key speaks for, or null. Remembers keys for a moment: every request asks. */
export function createAuthenticator(db: Executor): (key: string) => Promise<Principal | null> {
  const known = new Map<string, { principal: Principal | null; until: number }>();
  const remember = (id: string, principal: Principal | null, now: number): void => {
    // Forgetting everything costs a look-up per key in use, and only a flood of different keys brings it about.
    if (known.size >= CACHE_ENTRIES) known.clear();
    known.set(id, { principal, until: now + CACHE_MS });
  };

  return async (key) => {
    const { lookup, hash } = digest(key);
    const id = hash.toString('base64');
    const cached = known.get(id);
    // Not the clock on the wall: set back, it would keep a revoked key alive. And counted from before the question,
    // because the answer may be on its way for a while.
    const now = performance.now();
    if (cached && cached.until > now) return cached.principal;

    const row = await findUsableKey(db, lookup);
    if (!row || !timingSafeEqual(row.hash, hash)) {
      remember(id, null, now);
      return null;
    }
    const principal = { keyId: row.id, projectId: row.project_id, organizationId: row.organization_id };
    remember(id, principal, now);
    if (row.use_is_due) await noteUse(db, row.id);
    return principal;
  };
}

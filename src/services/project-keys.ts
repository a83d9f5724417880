import { notFound, SheafError } from '../errors.ts';
import { listApiKeys, lockUsableKeys, revokeApiKey, type ListedKey } from '../store/api-keys.ts';
import { inTransaction } from '../store/transaction.ts';
import { createApiKey, type Principal } from './api-keys.ts';
import type { Services } from './context.ts';
import { checkName } from './manage-projects.ts';

export type { ListedKey } from '../store/api-keys.ts';

/** The keys of a project, oldest first, revoked ones included. */
export async function listProjectKeys(services: Services, projectId: string): Promise<ListedKey[]> {
  return listApiKeys(services.db, { projectId });
}

/** Makes a key of the project. @throws INVALID_REQUEST for a name that cannot be */
export async function createProjectKey(
  services: Services,
  projectId: string,
  wish: { readonly name: string },
): Promise<{ readonly secret: string; readonly key: ListedKey }> {
  const name = checkName('key', wish.name);
  const made = await createApiKey(services.db, { projectId, name });
  const [key] = await listApiKeys(services.db, { projectId, id: made.id });
  if (!key) throw notFound('API key');
  return { secret: made.key, key };
}

/**
 * Makes a key of the project useless for good; once more does nothing. Every server refuses it a second later at the
 * latest.
 * @param wish.confirmed whoever asks knows that it may be the key that the request is made with
 * @throws NOT_FOUND; CONFLICT for the key of the request itself, unless that is confirmed
 */
export async function revokeProjectKey(
  services: Services,
  principal: Principal,
  id: string,
  wish: { readonly confirmed: boolean },
): Promise<void> {
  const { projectId, keyId } = principal;
  await inTransaction(services.db, async (tx) => {
    const [key] = await listApiKeys(tx, { projectId, id });
    if (!key) throw notFound('API key');
    if (id === keyId && !wish.confirmed) {
      throw new SheafError(
        'CONFLICT',
        'This is the key that the request is made with: nothing more could be asked with it. ' +
          'Use another key of the project, or say confirm=true',
      );
    }
    await lockUsableKeys(tx, projectId);
    await revokeApiKey(tx, id);
  });
}

import { SheafError } from '../errors.ts';
import { nearest } from '../model/nearest.ts';
import { listApiKeys, lockUsableKeys, revokeApiKey, type ListedKey } from '../store/api-keys.ts';
import type { Database, Executor } from '../store/database.ts';
import type { ListedProject } from '../store/projects.ts';
import { inTransaction } from '../store/transaction.ts';
import { createApiKey, findApiKey } from './api-keys.ts';
import { checkName } from './manage-projects.ts';
import { resolveOrganization, resolveProject, type ProjectReference } from './resolve-project.ts';

export type { ListedKey } from '../store/api-keys.ts';

/** A key at its making: the only time that it is seen. */
export interface NewKey {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly project: ListedProject;
}

/** @throws NOT_FOUND for an unknown project; INVALID_REQUEST for a name that cannot be */
export async function createKey(
  db: Database,
  wish: ProjectReference & { readonly name: string },
): Promise<NewKey> {
  const name = checkName('key', wish.name);
  const project = await resolveProject(db, wish);
  return { ...(await createApiKey(db, { projectId: project.id, name })), name, project };
}

/** Oldest first, revoked ones included. @param reference without a project: of all, or of the organization */
export async function listKeys(db: Executor, reference: ProjectReference): Promise<ListedKey[]> {
  if (reference.project !== undefined) {
    return listApiKeys(db, { projectId: (await resolveProject(db, reference)).id });
  }
  if (reference.organization === undefined) return listApiKeys(db);
  return listApiKeys(db, { organizationId: (await resolveOrganization(db, reference.organization)).id });
}

/** What became of a key that was to be revoked. */
export interface Revocation {
  readonly key: ListedKey;
  /** It had been revoked before: nothing was changed. */
  readonly already: boolean;
  /** Its project has no usable key any more. */
  readonly wasLast: boolean;
}

/**
 * Makes a key useless for good. Every server refuses it a second later at the latest.
 * @param idOrKey the key's id, or the key itself
 * @throws NOT_FOUND saying what was probably meant
 */
export async function revokeKey(db: Database, idOrKey: string): Promise<Revocation> {
  const id = (await findApiKey(db, idOrKey))?.id ?? idOrKey;
  return inTransaction(db, async (tx) => {
    const [key] = await listApiKeys(tx, { id });
    if (!key) throw unknownKey(idOrKey, await listApiKeys(tx));
    const usable = await lockUsableKeys(tx, key.project_id);
    const already = !usable.includes(id);
    await revokeApiKey(tx, id);
    const [revoked = key] = await listApiKeys(tx, { id });
    return { key: revoked, already, wasLast: usable.every((other) => other === id) };
  });
}

/** Repeats what was said only where it is no secret: an unknown text may be a key of another server. */
function unknownKey(said: string, keys: readonly ListedKey[]): SheafError {
  const named = keys.filter((key) => key.name === said).map((key) => key.id);
  if (named.length > 0) {
    const ids = named.join(', ');
    return new SheafError(
      'NOT_FOUND',
      `Keys are revoked by their ids, because names need not differ. Named ${JSON.stringify(said)}: ${ids}`,
    );
  }
  const isId = said.startsWith('key-');
  const ids = keys.map((key) => key.id);
  const beginning = ids.filter((id) => said.length >= 8 && id.startsWith(said));
  const near = isId ? (beginning.length === 1 ? beginning[0] : nearest(said, ids)) : undefined;
  return new SheafError(
    'NOT_FOUND',
    `There is no key ${isId ? JSON.stringify(said) : 'like this'}.` +
      `${near === undefined ? '' : ` Did you mean ${near}?`} sheaf keys list shows all.`,
  );
}

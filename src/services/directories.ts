import { notFound, validationError } from '../errors.ts';
import { newId } from '../model/ids.ts';
import { jsonSizeViolations } from '../model/json-size.ts';
import {
  findLiveDirectory,
  insertDirectory,
  listDirectories,
  markDirectoryDeleted,
  updateDirectory,
} from '../store/directories.ts';
import type { Directory } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { refuseViolations } from './refuse-violations.ts';

export type { Directory } from '../store/schema.ts';

/** How long an ephemeral directory lives when its maker does not say (contract section 14). */
const EPHEMERAL_LIFETIME_MS = 48 * 60 * 60 * 1000;

/** Bytes of JSON. */
const MAX_SYSTEM_METADATA_BYTES = 32 * 1024;

export interface NewDirectory {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly type?: 'user' | 'ephemeral' | undefined;
  readonly connectorSubscriptionId?: string | null | undefined;
  readonly systemMetadata?: Record<string, unknown> | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

/** @throws a 422 for an end that has passed, and for too much metadata */
export async function createDirectory(
  services: Services,
  projectId: string,
  wish: NewDirectory,
): Promise<Directory> {
  const { type = 'user', expiresAt } = wish;
  const { systemMetadata } = wish;
  refuseViolations(
    [...jsonSizeViolations(systemMetadata, 'system_metadata', MAX_SYSTEM_METADATA_BYTES)],
    ['body', 'system_metadata'],
  );
  return inTransaction(services.db, async (tx) => {
    const directory = await insertDirectory(tx, {
      id: newId('directory'),
      projectId,
      name: wish.name,
      description: wish.description ?? null,
      type,
      connectorSubscriptionId: wish.connectorSubscriptionId ?? null,
      systemMetadata: wish.systemMetadata ?? null,
      expires: expiresAt ?? (type === 'ephemeral' ? EPHEMERAL_LIFETIME_MS : null),
    });
    refusePastEnd(directory);
    return directory;
  });
}

/** Both times are the database's. */
function refusePastEnd({ expires_at: end, created_at: now }: Directory): void {
  if (!end || end > now) return;
  throw validationError({
    type: 'value_error',
    loc: ['body', 'expires_at'],
    msg: `expires_at must be in the future; ${end.toISOString()} has passed`,
    input: end.toISOString(),
  });
}

/** @throws NOT_FOUND for a directory that is unknown, deleted, expired or another project's */
export async function getDirectory(services: Services, projectId: string, id: string): Promise<Directory> {
  const directory = await findLiveDirectory(services.db, projectId, id);
  if (!directory) throw notFound('Directory');
  return directory;
}

export async function listProjectDirectories(
  services: Services,
  projectId: string,
  query: PageQuery & {
    readonly name?: string | undefined;
    readonly types?: readonly Directory['type'][] | undefined;
    readonly includeDeleted?: boolean | undefined;
  },
): Promise<Page<Directory>> {
  const filter = {
    projectId,
    includeDeleted: query.includeDeleted ?? false,
    ...(query.name !== undefined && { name: query.name }),
    ...(query.types !== undefined && { types: query.types }),
  };
  const tokenFilters = { list: 'directories', ...filter };
  const rows = await listDirectories(services.db, filter, toPageRequest(services, query, tokenFilters));
  return toPage(services, rows, tokenFilters);
}

/**
 * Renames or describes a directory. What is absent stays, and so does a name that is null, which a directory must
 * have; a description that is null is taken away.
 * @throws NOT_FOUND
 */
export async function changeDirectory(
  services: Services,
  projectId: string,
  id: string,
  change: { readonly name?: string | null | undefined; readonly description?: string | null | undefined },
): Promise<Directory> {
  const { name, description } = change;
  if (typeof name !== 'string' && description === undefined) return getDirectory(services, projectId, id);
  const directory = await updateDirectory(services.db, projectId, id, {
    ...(typeof name === 'string' && { name }),
    ...(description !== undefined && { description }),
  });
  if (!directory) throw notFound('Directory');
  return directory;
}

/**
 * Deletes a directory and the files in it. A batch that runs over it goes on with the jobs it has made; files that
 * had none yet get an error message (contract section 14).
 * @throws NOT_FOUND
 */
export async function deleteDirectory(services: Services, projectId: string, id: string): Promise<void> {
  const deleted = await inTransaction(services.db, (tx) => markDirectoryDeleted(tx, projectId, id));
  if (!deleted) throw notFound('Directory');
}

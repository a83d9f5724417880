import { SheafError } from '../errors.ts';
import { isUuid, newUuid } from '../model/ids.ts';
import type { Database, Executor, Transaction } from '../store/database.ts';
import { insertOrganization, lockOrganization } from '../store/organizations.ts';
import { insertProject, listAllProjects, updateProject, type ListedProject } from '../store/projects.ts';
import type { Organization } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { resolveOrganization, resolveProject, type ProjectReference } from './resolve-project.ts';

export type { ListedProject } from '../store/projects.ts';

/** A project's own limits. Absent: left as it is; null: the server's. */
export interface LimitChange {
  readonly maxRunningJobs?: number | null | undefined;
  readonly maxRunningBatches?: number | null | undefined;
}

/** The largest that a limit may be, as for the server's. */
const MAX_LIMIT = 100_000;

/**
 * Makes a project. The first of an organization is its default project.
 * @param wish.organization id or name; absent: the oldest
 * @throws INVALID_REQUEST for a name or limit that cannot be; CONFLICT where the organization has one of that name
 */
export async function createProject(
  db: Database,
  wish: { readonly name: string; readonly organization?: string | undefined } & LimitChange,
): Promise<ListedProject> {
  const name = checkName('project', wish.name);
  const limits = toStoredLimits(wish);
  const organization = await resolveOrganization(db, wish.organization);
  const id = newUuid();
  await inTransaction(db, async (tx) => {
    await claimName(tx, organization, name);
    await insertProject(tx, { id, organizationId: organization.id, name, limits: withoutNulls(limits) });
  });
  return readProject(db, id);
}

/**
 * Changes a project's name or limits. What waits for a higher limit is let in by the next sweep; what runs already is
 * not stopped.
 * @throws as {@link createProject}; NOT_FOUND
 */
export async function changeProject(
  db: Database,
  reference: ProjectReference,
  change: { readonly name?: string | undefined } & LimitChange,
): Promise<ListedProject> {
  const name = change.name === undefined ? undefined : checkName('project', change.name);
  const limits = toStoredLimits(change);
  const project = await resolveProject(db, reference);
  await inTransaction(db, async (tx) => {
    if (name !== undefined) {
      const organization = { id: project.organization_id, name: project.organization_name };
      await claimName(tx, organization, name, project.id);
    }
    await updateProject(tx, project.id, { ...(name !== undefined && { name }), limits });
  });
  return readProject(db, project.id);
}

/** Oldest first. @param organization id or name; absent: of all */
export async function listProjects(db: Executor, organization?: string): Promise<ListedProject[]> {
  if (organization === undefined) return listAllProjects(db);
  return listAllProjects(db, { organizationId: (await resolveOrganization(db, organization)).id });
}

/** @throws INVALID_REQUEST for a name that cannot be; CONFLICT for one that is taken */
export async function createOrganization(db: Executor, wish: string): Promise<Organization> {
  const name = checkName('organization', wish);
  const made = await insertOrganization(db, { id: newUuid(), name });
  if (!made) {
    throw new SheafError('CONFLICT', `There is already an organization named ${JSON.stringify(name)}.`);
  }
  return made;
}

/** Nobody else takes the name before the transaction ends. */
async function claimName(
  tx: Transaction,
  organization: { readonly id: string; readonly name: string },
  name: string,
  ownId?: string,
): Promise<void> {
  await lockOrganization(tx, organization.id);
  const projects = await listAllProjects(tx, { organizationId: organization.id });
  if (projects.some((project) => project.name === name && project.id !== ownId)) {
    throw new SheafError(
      'CONFLICT',
      `The organization ${JSON.stringify(organization.name)} already has a project named ${JSON.stringify(name)}.`,
    );
  }
}

async function readProject(db: Executor, id: string): Promise<ListedProject> {
  const [project] = await listAllProjects(db, { id });
  if (!project) throw new Error(`the project ${id} vanished`);
  return project;
}

const MAX_NAME = 200;

/**
 * What names of projects, organizations and keys must be, so that a line of a list shows them, and so that a UUID is
 * always an id.
 */
export function checkName(what: string, wish: string): string {
  const name = wish.trim();
  const problem =
    name === ''
      ? 'must not be empty'
      : Array.from(name).length > MAX_NAME
        ? `may have ${MAX_NAME} characters`
        : /\p{Cc}/u.test(name)
          ? 'must not hold control characters'
          : isUuid(name)
            ? 'must not look like an id'
            : undefined;
  if (problem !== undefined) throw new SheafError('INVALID_REQUEST', `The name of a ${what} ${problem}.`);
  return name;
}

function toStoredLimits(change: LimitChange) {
  const { maxRunningJobs, maxRunningBatches } = change;
  for (const [what, limit] of [
    ['running jobs', maxRunningJobs],
    ['running batches', maxRunningBatches],
  ] as const) {
    if (limit === undefined || limit === null) continue;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      throw new SheafError(
        'INVALID_REQUEST',
        `The limit of ${what} must be a whole number from 1 to ${MAX_LIMIT}.`,
      );
    }
  }
  return {
    ...(maxRunningJobs !== undefined && { max_running_jobs: maxRunningJobs }),
    ...(maxRunningBatches !== undefined && { max_running_batches: maxRunningBatches }),
  };
}

function withoutNulls(limits: ReturnType<typeof toStoredLimits>): {
  max_running_jobs?: number;
  max_running_batches?: number;
} {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null));
}

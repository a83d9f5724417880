import { SheafError } from '../errors.ts';
import { isUuid } from '../model/ids.ts';
import { nearest } from '../model/nearest.ts';
import type { Executor } from '../store/database.ts';
import { listOrganizations } from '../store/organizations.ts';
import { listAllProjects, type ListedProject } from '../store/projects.ts';
import type { Organization } from '../store/schema.ts';

/** What an operator calls a project: ids or names. */
export interface ProjectReference {
  /** Absent: the default project. */
  readonly project?: string | undefined;
  /** Absent: any organization, and for the default project the oldest one. */
  readonly organization?: string | undefined;
}

/** @throws NOT_FOUND saying what was probably meant; INVALID_REQUEST where several projects have the name */
export async function resolveProject(db: Executor, reference: ProjectReference): Promise<ListedProject> {
  const { project: wanted } = reference;
  const organization =
    reference.organization === undefined ? undefined : await resolveOrganization(db, reference.organization);
  const projects = await listAllProjects(db, organization && { organizationId: organization.id });
  const found =
    wanted === undefined
      ? projects.filter((project) => project.is_default).slice(0, 1)
      : projects.filter((project) => isNamed(project, wanted));
  const [only, other] = found;
  if (only && !other) return only;
  if (only) {
    const ids = found.map((project) => `${project.id} (${project.organization_name})`).join(', ');
    throw new SheafError(
      'INVALID_REQUEST',
      `Several organizations have a project named ${JSON.stringify(wanted)}. Say its id, or add --organization: ${ids}`,
    );
  }
  const where = organization ? ` in the organization ${JSON.stringify(organization.name)}` : '';
  if (wanted === undefined) {
    throw new SheafError('NOT_FOUND', `There is no project yet${where}. sheaf projects create makes one.`);
  }
  throw unknown(`project ${JSON.stringify(wanted)}${where}`, wanted, projects, 'sheaf projects list');
}

/** @param reference an id or a name; absent: the oldest. @throws NOT_FOUND saying what was probably meant */
export async function resolveOrganization(db: Executor, reference?: string): Promise<Organization> {
  const organizations = await listOrganizations(db);
  const found =
    reference === undefined
      ? organizations[0]
      : organizations.find((organization) => isNamed(organization, reference));
  if (found) return found;
  const wanted = reference ?? 'Default';
  throw unknown(`organization ${JSON.stringify(wanted)}`, wanted, organizations, 'sheaf organizations list');
}

function isNamed(candidate: { id: string; name: string }, reference: string): boolean {
  return isUuid(reference) ? candidate.id === reference.toLowerCase() : candidate.name === reference;
}

function unknown(
  what: string,
  wanted: string,
  candidates: readonly { id: string; name: string }[],
  command: string,
): SheafError {
  const near = nearest(
    wanted,
    candidates.map((candidate) => (isUuid(wanted) ? candidate.id : candidate.name)),
  );
  const hint = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
  return new SheafError('NOT_FOUND', `There is no ${what}.${hint} ${command} shows all.`);
}

import { notFound } from '../errors.ts';
import { isUuid, newUuid } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { ensureDefaultProject, findProject, listProjects } from '../store/projects.ts';
import type { Project } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Principal } from './api-keys.ts';
import type { Services } from './context.ts';

export type { Project } from '../store/schema.ts';

/** The project that a first start makes, or the one an earlier start made. */
export async function openDefaultProject(db: Database): Promise<Project> {
  const ids = { organizationId: newUuid(), projectId: newUuid() };
  return inTransaction(db, (tx) => ensureDefaultProject(tx, ids));
}

/** @throws NOT_FOUND also for a project that the key does not belong to */
export async function getProject(services: Services, principal: Principal, id: string): Promise<Project> {
  const project = id === principal.projectId && isUuid(id) ? await findProject(services.db, id) : undefined;
  if (!project) throw notFound('Project');
  return project;
}

/** The projects that a key can see: its own. */
export async function listVisibleProjects(
  services: Services,
  principal: Principal,
  filter: { name?: string | undefined },
): Promise<Project[]> {
  const projects = await listProjects(services.db, {
    organizationId: principal.organizationId,
    ...(filter.name !== undefined && { name: filter.name }),
  });
  return projects.filter((project) => project.id === principal.projectId);
}

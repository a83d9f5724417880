import { notFound } from '../errors.ts';
import { newUuid } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { ensureDefaultProject, findProject } from '../store/projects.ts';
import type { Project } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Principal } from './api-keys.ts';
import type { Services } from './context.ts';
import { toPageRequest, type Page, type PageQuery } from './paging.ts';

export type { Project } from '../store/schema.ts';

/** The project that a first start makes, or the one an earlier start made. */
export async function openDefaultProject(db: Database): Promise<Project> {
  const ids = { organizationId: newUuid(), projectId: newUuid() };
  return inTransaction(db, (tx) => ensureDefaultProject(tx, ids));
}

/** @throws NOT_FOUND also for a project that the key does not belong to */
export async function getProject(services: Services, principal: Principal, id: string): Promise<Project> {
  // UUIDs are the same in either case of letters.
  const own = id.toLowerCase() === principal.projectId;
  const project = own ? await findProject(services.db, principal.projectId) : undefined;
  if (!project) throw notFound('Project');
  return project;
}

/** The projects that a key can see, those of an exact name if one is given: its own, or none. */
export async function listVisibleProjects(
  services: Services,
  principal: Principal,
  name?: string,
): Promise<Project[]> {
  const own = await findProject(services.db, principal.projectId);
  return own && (name === undefined || name === own.name) ? [own] : [];
}

/** The same as a page, which is always the last: no token is ever good. @throws a 422 for a page token */
export async function pageOfVisibleProjects(
  services: Services,
  principal: Principal,
  query: PageQuery & { readonly name?: string | undefined },
): Promise<Page<Project>> {
  toPageRequest(services, query, { list: 'projects', name: query.name });
  const items = await listVisibleProjects(services, principal, query.name);
  return { items, nextPageToken: null, totalSize: items.length };
}

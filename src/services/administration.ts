import type { Database } from '../store/database.ts';
import { listOrganizations } from '../store/organizations.ts';
import type { Organization } from '../store/schema.ts';
import {
  createKey,
  listKeys,
  revokeKey,
  type ListedKey,
  type NewKey,
  type Revocation,
} from './manage-keys.ts';
import {
  changeProject,
  createOrganization,
  createProject,
  listProjects,
  type LimitChange,
  type ListedProject,
} from './manage-projects.ts';
import type { ProjectReference } from './resolve-project.ts';

export type { LimitChange, ListedKey, ListedProject, Organization, ProjectReference };

/**
 * What only the operator may do: whoever can open the database. Organizations and projects are meant by id or name;
 * every method throws a SheafError whose message says what was wrong with its words.
 */
export interface Administration {
  createKey(wish: ProjectReference & { readonly name: string }): Promise<NewKey>;
  listKeys(of: ProjectReference): Promise<ListedKey[]>;
  /** @param idOrKey the key's id, or the key itself */
  revokeKey(idOrKey: string): Promise<Revocation>;
  createProject(
    wish: { name: string; organization?: string | undefined } & LimitChange,
  ): Promise<ListedProject>;
  changeProject(
    which: ProjectReference,
    change: { name?: string | undefined } & LimitChange,
  ): Promise<ListedProject>;
  listProjects(organization?: string): Promise<ListedProject[]>;
  createOrganization(name: string): Promise<Organization>;
  listOrganizations(): Promise<Organization[]>;
}

/** Works on the database alone: no queue and no server need be there. */
export function createAdministration(db: Database): Administration {
  return {
    createKey: (wish) => createKey(db, wish),
    listKeys: (of) => listKeys(db, of),
    revokeKey: (idOrKey) => revokeKey(db, idOrKey),
    createProject: (wish) => createProject(db, wish),
    changeProject: (which, change) => changeProject(db, which, change),
    listProjects: (organization) => listProjects(db, organization),
    createOrganization: (name) => createOrganization(db, name),
    listOrganizations: () => listOrganizations(db),
  };
}

import type { Project } from '../../../services/projects.ts';
import type { ProjectV2 } from '../../schemas/project.ts';

/** A project as both versions of the API show it. */
export function presentProject(row: Project): ProjectV2 {
  return {
    id: row.id,
    name: row.name,
    organization_id: row.organization_id,
    is_default: row.is_default,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

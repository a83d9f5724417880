import type { Directory as DirectoryRow } from '../../../services/directories.ts';
import type { Directory } from '../../schemas/directory.ts';

/** A directory as the wire shows it. */
export function presentDirectory(row: DirectoryRow): Directory {
  return {
    id: row.id,
    project_id: row.project_id,
    name: row.name,
    description: row.description,
    type: row.type,
    connector_subscription_id: row.connector_subscription_id,
    expires_at: row.expires_at?.toISOString() ?? null,
    system_metadata: row.system_metadata,
    deleted_at: row.deleted_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

import type { DirectoryFile as DirectoryFileRow } from '../../../services/directory-files.ts';
import type { DirectoryFile, Metadata } from '../../schemas/directory-file.ts';
import type { FileLinker } from '../../file-links.ts';

/**
 * A file of a directory as the wire shows it.
 * @param linkFile given when the client asked for download links; a deleted file has none
 */
export function presentDirectoryFile(row: DirectoryFileRow, linkFile?: FileLinker): DirectoryFile {
  return {
    id: row.id,
    project_id: row.project_id,
    directory_id: row.directory_id,
    unique_id: row.unique_id,
    display_name: row.display_name,
    file_id: row.file_id,
    metadata: (row.metadata ?? {}) as Metadata,
    deleted_at: row.deleted_at?.toISOString() ?? null,
    download_url: (row.deleted_at === null && linkFile?.(row.file_id)) || null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

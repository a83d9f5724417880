import type { StoredFile } from '../../../services/files.ts';
import type { FileV2 } from '../../schemas/file.ts';
import type { PresignedUrl } from '../../schemas/presigned-url.ts';

/** A file as the wire shows it. The bytes of a file never change: it was last modified when it was made. */
export function presentFile(row: StoredFile, downloadUrl: PresignedUrl | null): FileV2 {
  return {
    id: row.id,
    name: row.name,
    project_id: row.project_id,
    external_file_id: row.external_file_id,
    file_type: row.file_type,
    last_modified_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    purpose: row.purpose,
    download_url: downloadUrl,
  };
}

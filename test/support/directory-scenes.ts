import { Readable } from 'node:stream';
import type { Services } from '../../src/services/context.ts';
import { addUpload, type UploadDetails } from '../../src/services/directory-files.ts';
import { extensionOf, storeUpload } from '../../src/services/uploads.ts';
import type { Database } from '../../src/store/database.ts';
import { insertFile } from '../../src/store/files.ts';
import type { Directory, DirectoryFile, StoredFile } from '../../src/store/schema.ts';

/** Files in directories and beside them, as tests need them. */

/** Uploads a file into a directory. */
export async function uploadInto(
  services: Services,
  directory: Directory,
  name: string,
  details: UploadDetails = {},
  bytes = 'content',
): Promise<DirectoryFile> {
  const stored = await storeUpload(services, Readable.from([Buffer.from(bytes)]), name);
  return addUpload(services, directory, stored, () => details);
}

/** A file of the project that is in no directory. */
export async function storeFile(
  services: Services,
  projectId: string,
  name: string,
  options: { externalFileId?: string; expires?: Date | number } = {},
): Promise<StoredFile> {
  const stored = await storeUpload(services, Readable.from([Buffer.from(name)]), name);
  return insertFile(services.db, {
    id: stored.fileId,
    projectId,
    name,
    externalFileId: options.externalFileId ?? null,
    fileType: extensionOf(name),
    sizeBytes: stored.size,
    sha256: stored.sha256,
    blobKey: stored.blobKey,
    purpose: 'user_data',
    expires: options.expires ?? null,
  });
}

/** When the file expires. */
export async function fileEnd(db: Database, id: string): Promise<Date | null> {
  const file = await db
    .selectFrom('files')
    .select('expires_at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return file.expires_at;
}

import { Readable } from 'node:stream';
import type { Services } from '../../src/services/context.ts';
import type { NewParseJob } from '../../src/services/create-parse-job.ts';
import type { CreateRequest } from '../../src/services/twins.ts';
import { storeUpload } from '../../src/services/uploads.ts';
import { insertFile } from '../../src/store/files.ts';

/** What tests of single parse jobs begin with. */

/** A create as it comes from a client. */
export function createRequest(projectId: string, retryCount = 0, secondsAgo = 0): CreateRequest {
  return {
    principal: { keyId: 'key-test', projectId },
    retryCount,
    arrivedAt: performance.now() - secondsAgo * 1000,
  };
}

/** A wish for a fast parse with these options. */
export function fastParse(
  options: Record<string, unknown> = {},
  more: Partial<NewParseJob> = {},
): NewParseJob {
  return {
    configurationId: null,
    userMetadata: null,
    options: { tier: 'fast', version: 'latest', ...options },
    ...more,
  };
}

/** A file of the project whose bytes are its name. @returns its id */
export async function addStoredFile(
  services: Services,
  projectId: string,
  name = 'report.pdf',
): Promise<string> {
  const upload = await storeUpload(services, Readable.from([Buffer.from(name)]), name);
  const { id } = await insertFile(services.db, {
    id: upload.fileId,
    projectId,
    name,
    externalFileId: null,
    fileType: 'pdf',
    sizeBytes: upload.size,
    sha256: upload.sha256,
    blobKey: upload.blobKey,
    purpose: 'parse',
    expires: null,
  });
  return id;
}

import { randomBytes } from 'node:crypto';
import { v7 as uuidv7, validate as isUuid } from 'uuid';

/** Prefixes of contract section 2. Files, projects and organizations carry a bare UUID. */
const PREFIXES = {
  batch: 'bat-',
  directory: 'dir-',
  directoryFile: 'dfl-',
  configuration: 'cfg-',
  parseJob: 'pjb-',
  extractJob: 'ext-',
  webhookConfig: 'whc-',
  apiKey: 'key-',
} as const;

export type PrefixedResource = keyof typeof PREFIXES;

/** A new id of a prefixed resource. UUIDv7: ids of one process sort by the time they were made. */
export function newId(resource: PrefixedResource): string {
  return PREFIXES[resource] + uuidv7();
}

/** A new id of a resource whose id is a bare UUID: file, project, organization, worker. */
export function newUuid(): string {
  return uuidv7();
}

/** The UUID inside a prefixed id. Only for ids that Sheaf made itself. */
export function uuidOf(id: string): string {
  return id.slice(id.indexOf('-') + 1);
}

/** The prefixed id around a UUID; the inverse of {@link uuidOf}. */
export function idFromUuid(resource: PrefixedResource, uuid: string): string {
  return PREFIXES[resource] + uuid;
}

export { isUuid };

/** A new API key in the form the official clients know: `llx-` and 40 random characters (240 bits). */
export function newApiKey(): string {
  return `llx-${randomBytes(30).toString('base64url')}`;
}

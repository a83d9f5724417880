import { createHash } from 'node:crypto';
import { SheafError, validationError, type ValidationIssue } from '../errors.ts';

/**
 * What a client says of a file in a directory.
 *
 * The contract (5.2) shows metadata as one view merged from three layers: system, connector, user. Sheaf has only the
 * user's: it has no connectors, and what it knows of a file itself stands in fields of its own.
 */
export interface DirectoryFileDetails {
  /** The caller's own; one that is absent is made from the file's external id or name. */
  readonly uniqueId?: string | undefined;
  /** Default: the file's name. */
  readonly displayName?: string | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
}

/** Longest key, in bytes of UTF-8, that is kept as it is: an index entry holds 2,700. */
const MAX_UNIQUE_ID_BYTES = 1_000;
/** Characters; the contract's bound of a file's name, which is the default. */
const MAX_DISPLAY_NAME_LENGTH = 3_000;
const MAX_METADATA_FIELDS = 200;
const MAX_METADATA_KEY_LENGTH = 200;
/** Of the whole, as JSON in UTF-8: a page of a thousand files must stay readable. */
const MAX_METADATA_BYTES = 32 * 1024;

/** @throws a 422 that names every detail which is too large, and a name that is empty */
export function checkDetails(details: {
  readonly uniqueId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly metadata?: Record<string, unknown> | null | undefined;
}): void {
  const issues: ValidationIssue[] = [];
  const refuse = (type: string, loc: readonly string[], msg: string) =>
    issues.push({ type, loc: ['body', ...loc], msg });
  const { uniqueId, displayName, metadata } = details;
  if (uniqueId !== undefined && Buffer.byteLength(uniqueId) > MAX_UNIQUE_ID_BYTES) {
    refuse('string_too_long', ['unique_id'], `unique_id may have at most ${MAX_UNIQUE_ID_BYTES} bytes`);
  }
  if (displayName !== undefined && displayName.length > MAX_DISPLAY_NAME_LENGTH) {
    const most = `at most ${MAX_DISPLAY_NAME_LENGTH} characters`;
    refuse('string_too_long', ['display_name'], `display_name may have ${most}`);
  }
  if (displayName === '') refuse('string_too_short', ['display_name'], 'display_name must not be empty');
  if (metadata) refuseLargeMetadata(metadata, refuse);
  if (issues.length > 0) throw validationError(...issues);
}

function refuseLargeMetadata(
  metadata: Record<string, unknown>,
  refuse: (type: string, loc: readonly string[], msg: string) => void,
): void {
  const keys = Object.keys(metadata);
  if (keys.length > MAX_METADATA_FIELDS) {
    const most = `at most ${MAX_METADATA_FIELDS} fields, not ${keys.length}`;
    refuse('too_long', ['metadata'], `metadata may have ${most}`);
  }
  const longKey = keys.find((key) => key.length > MAX_METADATA_KEY_LENGTH);
  if (longKey !== undefined) {
    const most = `at most ${MAX_METADATA_KEY_LENGTH} characters`;
    refuse('string_too_long', ['metadata', `${longKey.slice(0, 40)}…`], `A key of metadata may have ${most}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  if (bytes > MAX_METADATA_BYTES) {
    const most = `at most ${MAX_METADATA_BYTES} bytes as JSON, not ${bytes}`;
    refuse('too_long', ['metadata'], `metadata may have ${most}`);
  }
}

/** A unique id made from a name; the end of a very long one is replaced by a hash of the whole. */
export function uniqueIdFrom(name: string): string {
  if (Buffer.byteLength(name) <= MAX_UNIQUE_ID_BYTES) return name;
  return `${name.slice(0, 200)}…${createHash('sha256').update(name).digest('hex')}`;
}

/** @param where what the directory is called towards the client */
export function uniqueIdTaken(uniqueId: string, where = 'this directory'): SheafError {
  return new SheafError(
    'CONFLICT',
    `unique_id ${JSON.stringify(uniqueId)} is taken by another file of ${where}: ` +
      `choose another one, or delete that file first`,
  );
}

const OWN_DATABASE =
  'Or use a PostgreSQL of your own: set SHEAF_DATABASE_URL=postgres://user:password@host:5432/database';

/**
 * The embedded PostgreSQL cannot run on this machine or for this user at all. The message says why, how to mend
 * it, and how to go on without it.
 */
export class EmbeddedPostgresUnavailableError extends Error {
  override readonly name = 'EmbeddedPostgresUnavailableError';

  /** @param reason why it cannot run. @param mend what would make it run, one sentence, if anything would. */
  constructor(reason: string, mend?: string, cause?: unknown) {
    super(
      [`The embedded PostgreSQL cannot run here: ${reason}.`, mend && `${mend}.`, `${OWN_DATABASE}.`]
        .filter(Boolean)
        .join(' '),
      cause === undefined ? undefined : { cause },
    );
  }
}

/**
 * The embedded PostgreSQL can run here, but this data cannot be served: wrong version, missing directory, foreign
 * owner, or a server that does not come up. Nothing was changed or created in its place.
 */
export class EmbeddedPostgresFailedError extends Error {
  override readonly name = 'EmbeddedPostgresFailedError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** The `code` of a system or database error, e.g. `ENOENT` or `57P03`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** One line for a message or a log. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

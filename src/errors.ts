/**
 * The catalogue of everything Sheaf can answer with that is not success. Each entry has a stable code, the
 * HTTP status it is sent with and whether a client gains anything by trying the same again. The sentence is
 * given where the error is raised, because it must name the field, setting or resource at fault and the mend.
 *
 * 409 is never used: the official SDKs retry it five times. Conflicts are 400 with `retryable: false`, which
 * the HTTP room turns into `x-should-retry: false`.
 */
export const ERROR_CATALOGUE = {
  NOT_AUTHENTICATED: { status: 401, retryable: false },
  INVALID_API_KEY: { status: 401, retryable: false },
  LINK_REFUSED: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  INVALID_REQUEST: { status: 400, retryable: false },
  CONFLICT: { status: 400, retryable: false },
  VALIDATION_FAILED: { status: 422, retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  UNAVAILABLE: { status: 503, retryable: true },
  STORAGE_FULL: { status: 507, retryable: false },
  INTERNAL: { status: 500, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** One problem of a request, in the shape of the contract's 422 list (contract 1.4). */
export interface ValidationIssue {
  /** Machine-readable kind, as FastAPI names them: `missing`, `extra_forbidden`, `enum`, `string_too_short`, … */
  readonly type: string;
  /** Where: `body`, `query` or `path`, then the keys down to the value. */
  readonly loc: readonly (string | number)[];
  /** One sentence for a person. */
  readonly msg: string;
  readonly input?: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** An error whose message may be shown to the client as it stands. Anything else thrown becomes INTERNAL. */
export class SheafError extends Error {
  override readonly name = 'SheafError';
  readonly code: ErrorCode;
  /** Present exactly when `code` is VALIDATION_FAILED. */
  readonly issues?: readonly ValidationIssue[];
  /** Seconds after which a retry makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;

  constructor(
    code: ErrorCode,
    message: string,
    details: { issues?: readonly ValidationIssue[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.issues) this.issues = details.issues;
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_CATALOGUE[this.code].retryable;
  }
}

/** A 422 that names one or more fields. */
export function validationError(...issues: ValidationIssue[]): SheafError {
  return new SheafError('VALIDATION_FAILED', issues.map((issue) => issue.msg).join('; '), { issues });
}

/** A 404 in the contract's words: `<resource> not found`. Also used for another project's resources. */
export function notFound(resource: string): SheafError {
  return new SheafError('NOT_FOUND', `${resource} not found`);
}

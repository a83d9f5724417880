import { SheafError, type ValidationIssue } from '../errors.ts';
import { fromFastifyError } from './fastify-errors.ts';
import { fromOutage } from './outage.ts';

/** What the client gets to see of an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly detail: string | readonly ValidationIssue[] };
}

/**
 * The answer to any thrown value, in the shapes of contract 1.4. Only a {@link SheafError} speaks for itself;
 * of an unknown error the client learns nothing but the id under which the log tells the rest.
 */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  const known = publicError(error);
  if (!known) {
    return {
      status: 500,
      headers: {},
      body: { detail: `Internal error; correlation ID: ${requestId}` },
    };
  }
  return {
    status: known.status,
    headers: {
      // Both SDKs retry 5xx, 408, 409 and 429 on their own; this header is the only way to forbid it.
      ...(!known.retryable && { 'x-should-retry': 'false' }),
      ...(known.retryAfterSeconds !== undefined && {
        'retry-after': String(Math.max(1, Math.ceil(known.retryAfterSeconds))),
        // Not a standard, but the official clients wait just that long instead of whole seconds.
        'retry-after-ms': String(Math.max(1, Math.ceil(known.retryAfterSeconds * 1000))),
      }),
      ...(known.status === 401 && { 'www-authenticate': 'Bearer' }),
    },
    body: { detail: known.issues ?? known.message },
  };
}

function publicError(error: unknown): SheafError | undefined {
  if (error instanceof SheafError) return error;
  if (!(error instanceof Error)) return undefined;
  return fromOutage(error) ?? fromFastifyError(error);
}

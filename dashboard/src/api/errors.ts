/** One problem of a refused request, as the server lists them. */
export interface RequestProblem {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** An answer that is not success. The message is the server's own sentence, which says what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Every problem of a 422; else empty. */
  readonly problems: readonly RequestProblem[];
  readonly requestId: string | null;

  constructor(
    status: number,
    message: string,
    problems: readonly RequestProblem[],
    requestId: string | null,
  ) {
    super(message);
    this.status = status;
    this.problems = problems;
    this.requestId = requestId;
  }

  /** Whether the same request may succeed later. */
  get temporary(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** The server did not answer at all. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';

  constructor(cause: unknown) {
    super('The server does not answer. The page goes on by itself when it is back.', { cause });
  }
}

/** Reads the body of an error answer: `detail` is a sentence, or a list of problems. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined;
  const problems = Array.isArray(detail) ? (detail as RequestProblem[]) : [];
  const message =
    typeof detail === 'string'
      ? detail
      : problems.map(sentenceOf).join('; ') || `The server answered ${response.status}.`;
  return new ApiError(response.status, message, problems, response.headers.get('x-request-id'));
}

/** A problem with its place, without the part that says only where in the request it was. */
export function sentenceOf({ loc, msg }: RequestProblem): string {
  const place = loc.slice(1).join('.');
  return place === '' ? msg : `${place}: ${msg}`;
}

/** What to show of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

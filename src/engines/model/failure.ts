import OpenAI from 'openai';
import { AnswerTooLargeError } from './exchange.ts';
import { failedAnswer } from './failed-answer.ts';
import type { ModelFailureCode } from './port.ts';
import { retryAfterMs } from './retry-after.ts';

/** How one try failed. */
export interface TryFailure {
  readonly code: ModelFailureCode;
  readonly reason: string;
  /** The same request may succeed later. */
  readonly isPassing: boolean;
  /** What the endpoint asked for. */
  readonly retryAfterMs?: number;
  /** For the operator's log: the endpoint's own words, which may be anything. */
  readonly detail: string;
}

/** What was known of the try beside its error. */
export interface TryCircumstances {
  /** The request asked for structured output. */
  readonly withSchema: boolean;
  /** The time for one try was over. */
  readonly expired: boolean;
}

/** What an error of the client library means. */
export function explainFailure(error: unknown, { withSchema, expired }: TryCircumstances): TryFailure {
  const detail = error instanceof Error ? error.message : String(error);
  const of = (code: ModelFailureCode, isPassing: boolean, waitMs?: number): TryFailure => {
    const { reason } = failedAnswer(code);
    return { code, reason, isPassing, detail, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
  };
  if (expired) return of('timeout', true);
  if (error instanceof OpenAI.APIConnectionError) {
    const cause = error.cause instanceof Error ? error.cause : undefined;
    if (cause instanceof AnswerTooLargeError) return of('answer_too_large', false);
    return { ...of('unreachable', true), detail: `${detail} ${cause?.message ?? ''}`.trim() };
  }
  if (!(error instanceof OpenAI.APIError) || typeof error.status !== 'number') return of('bad_answer', false);
  const status: number = error.status;
  const waitMs = error.headers instanceof Headers ? retryAfterMs(error.headers) : undefined;
  if (status >= 300 && status < 400) return of('redirected', false);
  if (status === 401 || status === 403) return of('unauthorised', false);
  if (status === 402 || error.code === 'insufficient_quota') return of('quota_used_up', false);
  if (status === 404) return of('not_found', false);
  if (status === 429) return of('rate_limited', true, waitMs);
  if (status === 408 || status === 409 || status === 425 || status >= 500)
    return of('server_error', true, waitMs);
  const refusesSchema = /response_format|json_schema|schema|structured|grammar/i.test(detail);
  return of(withSchema && refusesSchema ? 'structured_output_refused' : 'bad_request', false);
}

import type { WebhookEndpoint } from '../model/webhook-endpoint.ts';
import { webhookBody, webhookHeaders, type WebhookEvent } from '../model/webhook-message.ts';
import { readRetryAfter, type AttemptOutcome } from '../model/webhook-retries.ts';
import { EgressError, type EgressErrorCode } from '../egress/error.ts';
import type { Services } from './context.ts';

/** Contract 10.3: what one attempt may take. */
export const ATTEMPT_TIMEOUT_MS = 30_000;
/** So much of an answer is kept for the log. */
const MAX_RESPONSE_BYTES = 2048;

/** How an attempt went, and what the log says of it. */
export interface Attempt extends AttemptOutcome {
  readonly latencyMs: number;
  /** The beginning of the answer as text; null where there was none. */
  readonly response: string | null;
}

/** The attempt was given up because this process stops: it says nothing about the endpoint. */
export const GIVEN_UP: EgressErrorCode = 'ABORTED';

/**
 * Sends one event to one endpoint, once. Redirects are not followed: whoever moves an endpoint says so by changing
 * its URL.
 */
export async function attemptDelivery(
  services: Pick<Services, 'egress'>,
  endpoint: Pick<WebhookEndpoint, 'url' | 'headers' | 'signingSecret' | 'outputFormat'>,
  event: WebhookEvent,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Attempt> {
  const began = performance.now();
  const body = webhookBody(event, endpoint.outputFormat);
  const latencyMs = (): number => Math.round(performance.now() - began);
  try {
    const answer = await services.egress.request({
      url: endpoint.url,
      method: 'POST',
      headers: webhookHeaders(event, body, endpoint, Math.floor(Date.now() / 1000)),
      body,
      timeoutMs: options.timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal: options.signal,
    });
    return {
      status: answer.status,
      error: errorOf(answer.status, answer.headers.location),
      code: null,
      retryAfterSeconds: readRetryAfter(answer.headers['retry-after'], Date.now()),
      latencyMs: latencyMs(),
      response: asText(answer.body),
    };
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    const { message, code } = error;
    return {
      status: null,
      error: message,
      code,
      retryAfterSeconds: null,
      latencyMs: latencyMs(),
      response: null,
    };
  }
}

function errorOf(status: number, location: string | undefined): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) {
    const where = location === undefined ? 'elsewhere' : 'to another URL';
    return `The endpoint answered ${status} and points ${where}: redirects are not followed; change the URL instead.`;
  }
  return `The endpoint answered ${status}.`;
}

/**
 * Text that PostgreSQL keeps: it has no NUL. Bytes that are no text become characters of three, so that the result is
 * cut once more. A character cut in half at the end is left out.
 */
function asText(body: Buffer): string {
  const text = new TextDecoder().decode(body, { stream: true }).replaceAll('\0', '\uFFFD');
  return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_RESPONSE_BYTES), { stream: true });
}

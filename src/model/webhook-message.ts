import { createHmac } from 'node:crypto';

/** What of an event goes over the wire (contract 10.3). */
export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  /** `{event_id, event_type, timestamp, data}`; its keys keep their order. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The bytes of an event's body: the same at every attempt, because the payload was fixed when the event happened.
 * `string`, the default of the contract, is a JSON string that holds the JSON.
 */
export function webhookBody(event: WebhookEvent, format: 'string' | 'json'): string {
  const json = JSON.stringify(event.payload);
  return format === 'json' ? json : JSON.stringify(json);
}

/**
 * Headers of one attempt. Custom ones may take the place of the content type and the user agent; they cannot be any
 * of the others, which were refused when they were given.
 * @param unixSeconds when this attempt begins; a receiver that checks it cannot be fed an old message again
 */
export function webhookHeaders(
  event: WebhookEvent,
  body: string,
  endpoint: {
    readonly headers: Readonly<Record<string, string>> | null;
    readonly signingSecret: string | null;
  },
  unixSeconds: number,
): Record<string, string> {
  const custom = endpoint.headers ?? {};
  const given = new Set(Object.keys(custom).map((name) => name.toLowerCase()));
  const replaceable = Object.entries({
    'Content-Type': 'application/json',
    'User-Agent': 'llamaindex-webhook-service/1.0',
  }).filter(([name]) => !given.has(name.toLowerCase()));
  return {
    ...Object.fromEntries(replaceable),
    ...custom,
    'X-Webhook-Event-ID': event.id,
    'X-Webhook-Event-Type': event.type,
    ...(endpoint.signingSecret !== null && signatures(body, endpoint.signingSecret, unixSeconds)),
  };
}

/** The hosted service's signature over the raw body, and Sheaf's own, which covers the time as well. */
function signatures(body: string, secret: string, unixSeconds: number): Record<string, string> {
  const hmac = (text: string): string => createHmac('sha256', secret).update(text).digest('hex');
  return {
    'LC-Signature': `sha256=${hmac(body)}`,
    'X-Sheaf-Signature': `t=${unixSeconds},v1=${hmac(`${unixSeconds}.${body}`)}`,
  };
}

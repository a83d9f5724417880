import type { ValidationIssue } from '../errors.ts';
import { headerFlaw, MAX_HEADERS, MAX_HEADER_BYTES } from './webhook-headers.ts';

/** Where events are sent and in which form. */
export interface WebhookEndpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly signingSecret: string | null;
  /** Null: all events. */
  readonly events: readonly string[] | null;
  readonly outputFormat: 'string' | 'json';
}

export const MAX_URL_LENGTH = 2048;
export const MAX_SECRET_LENGTH = 1024;

type Loc = readonly (string | number)[];

/** The fields of contract 10.1 as a client gave them, unread. */
export type WebhookFields = Readonly<
  Partial<
    Record<
      | 'webhook_url'
      | 'webhook_headers'
      | 'webhook_signing_secret'
      | 'webhook_events'
      | 'webhook_output_format',
      unknown
    >
  >
>;

/**
 * Reads an endpoint and finds everything that is wrong with it.
 * @param given what the client wrote; null counts as absent
 * @param loc where it stands in the request
 */
export function readWebhookEndpoint(
  given: unknown,
  loc: Loc,
): { readonly endpoint: WebhookEndpoint } | { readonly issues: readonly ValidationIssue[] } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { issues: [{ type: 'dict_type', loc, msg: 'Input should be an object' }] };
  }
  const fields: WebhookFields = given;
  const issues = checkWebhookFields(fields, loc);
  if (fields.webhook_url === undefined || fields.webhook_url === null) {
    const msg = 'Field required: the URL that events are sent to';
    return { issues: [{ type: 'missing', loc: [...loc, 'webhook_url'], msg }, ...issues] };
  }
  if (issues.length > 0) return { issues };
  return {
    endpoint: {
      url: fields.webhook_url as string,
      headers: (fields.webhook_headers ?? null) as Record<string, string> | null,
      // An empty secret signs nothing.
      signingSecret: (fields.webhook_signing_secret as string | null | undefined) || null,
      events: (fields.webhook_events ?? null) as string[] | null,
      outputFormat: fields.webhook_output_format === 'json' ? 'json' : 'string',
    },
  };
}

/** What is wrong with the fields that are given. */
export function checkWebhookFields(fields: WebhookFields, loc: Loc): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  for (const [field, check] of Object.entries(CHECKS)) {
    const value = fields[field as keyof WebhookFields];
    if (value !== undefined && value !== null) issues.push(...check(value, [...loc, field]));
  }
  return issues;
}

const CHECKS: Readonly<Record<keyof WebhookFields, (value: unknown, loc: Loc) => ValidationIssue[]>> = {
  webhook_url: checkUrl,
  webhook_headers: checkHeaders,
  webhook_signing_secret: checkSecret,
  webhook_events: checkEvents,
  webhook_output_format: checkFormat,
};

function checkUrl(url: unknown, loc: Loc): ValidationIssue[] {
  if (typeof url !== 'string') return [{ type: 'string_type', loc, msg: 'Input should be a string' }];
  if (url.length > MAX_URL_LENGTH) {
    return [{ type: 'string_too_long', loc, msg: `webhook_url has at most ${MAX_URL_LENGTH} characters` }];
  }
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return [];
  return [{ type: 'url_parsing', loc, msg: 'webhook_url must be an http or https URL', input: url }];
}

function checkHeaders(headers: unknown, loc: Loc): ValidationIssue[] {
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    return [{ type: 'dict_type', loc, msg: 'Input should be an object' }];
  }
  const entries = Object.entries(headers as Record<string, unknown>);
  if (entries.length > MAX_HEADERS) {
    return [{ type: 'too_long', loc, msg: `webhook_headers has at most ${MAX_HEADERS} headers` }];
  }
  const issues = entries.flatMap(([name, value]): ValidationIssue[] => {
    const msg = headerFlaw(name, value);
    return msg === undefined ? [] : [{ type: 'value_error', loc: [...loc, name], msg }];
  });
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
  if (issues.length === 0 && bytes > MAX_HEADER_BYTES) {
    return [{ type: 'too_long', loc, msg: `webhook_headers has at most ${MAX_HEADER_BYTES} bytes in all` }];
  }
  return issues;
}

function checkSecret(secret: unknown, loc: Loc): ValidationIssue[] {
  if (typeof secret !== 'string') return [{ type: 'string_type', loc, msg: 'Input should be a string' }];
  if (secret.length <= MAX_SECRET_LENGTH) return [];
  const msg = `webhook_signing_secret has at most ${MAX_SECRET_LENGTH} characters`;
  return [{ type: 'string_too_long', loc, msg }];
}

function checkEvents(events: unknown, loc: Loc): ValidationIssue[] {
  if (!Array.isArray(events) || events.some((event) => typeof event !== 'string')) {
    return [{ type: 'list_type', loc, msg: 'Input should be a list of event names' }];
  }
  if (events.length > 0) return [];
  const msg = 'webhook_events must name at least one event; leave it out, or pass null, for all';
  return [{ type: 'too_short', loc, msg }];
}

function checkFormat(format: unknown, loc: Loc): ValidationIssue[] {
  if (format === 'string' || format === 'json') return [];
  const msg = "webhook_output_format must be 'string' or 'json'";
  return [{ type: 'enum', loc, msg, input: format }];
}

/** Host and port of a checked URL: what deliveries to one endpoint are counted by. */
export function endpointHost(url: string): string {
  return new URL(url).host;
}

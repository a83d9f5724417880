import { call, type Page } from './client.ts';
import type { WebhookConfig, WebhookDelivery } from './wire.ts';

/** The events that Sheaf sends today; others can be asked for and never come. */
export const SENT_EVENTS = [
  ...['pending', 'running', 'success', 'error', 'cancelled'].map((name) => `batch.${name}`),
  ...['pending', 'running', 'success', 'partial_success', 'error', 'cancelled'].map(
    (name) => `parse.${name}`,
  ),
  ...['pending', 'success', 'partial_success', 'error', 'cancelled'].map((name) => `extract.${name}`),
];

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

/** What a form says of a webhook; what is absent stays as it is. */
export interface WebhookWish {
  readonly webhook_url: string;
  /** Null: all. */
  readonly webhook_events: readonly string[] | null;
  readonly webhook_output_format: 'string' | 'json';
  readonly webhook_signing_secret?: string;
}

const PATH = '/api/v1/beta/webhook-configs';
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

export const listWebhooks = (signal: AbortSignal) => call<WebhookConfig[]>(PATH, { signal });
export const getWebhook = (id: string, signal: AbortSignal) => call<WebhookConfig>(pathOf(id), { signal });
export const createWebhook = (wish: WebhookWish) => call<WebhookConfig>(PATH, { method: 'POST', body: wish });
export const changeWebhook = (id: string, wish: WebhookWish) =>
  call<WebhookConfig>(pathOf(id), { method: 'PUT', body: wish });
export const deleteWebhook = (id: string) => call<undefined>(pathOf(id), { method: 'DELETE' });
export const testWebhook = (id: string) => call<WebhookDelivery>(`${pathOf(id)}/test`, { method: 'POST' });

/** A page of what became of events, newest first. */
export const listDeliveries = (
  id: string,
  state: string,
  pageToken: string | undefined,
  signal: AbortSignal,
) =>
  call<Page<WebhookDelivery>>(`${pathOf(id)}/deliveries`, {
    query: { state, page_size: 100, page_token: pageToken },
    signal,
  });

export const replayDelivery = (id: string, deliveryId: string) =>
  call<WebhookDelivery>(`${pathOf(id)}/deliveries/${encodeURIComponent(deliveryId)}/replay`, {
    method: 'POST',
  });

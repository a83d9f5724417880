import { Type, type Static } from 'typebox';

import { AnyObject, MapOf, Maybe, OneOf } from './fields.ts';

/** Contract 10.2. `unmapped_event` stands for what has no name yet. */
export const WEBHOOK_EVENTS = [
  ...events('extract', ['pending', 'success', 'error', 'partial_success', 'cancelled']),
  ...events('parse', ['pending', 'running', 'success', 'error', 'partial_success', 'cancelled']),
  ...events('classify', ['pending', 'running', 'success', 'error', 'partial_success', 'cancelled']),
  ...events('sheets', ['pending', 'success', 'error', 'partial_success', 'cancelled']),
  ...events('split', ['pending', 'processing', 'success', 'error', 'cancelled']),
  ...events('batch', ['pending', 'running', 'success', 'error', 'cancelled']),
  'unmapped_event',
] as const;

function events<const Product extends string, const Name extends string>(
  product: Product,
  names: readonly Name[],
): `${Product}.${Name}`[] {
  return names.map((name) => `${product}.${name}` as const);
}

/** Stored webhook configurations that one request may name. */
export const MAX_WEBHOOK_CONFIGURATION_IDS = 4;

export const WebhookConfigurationIds = Maybe(
  Type.Array(Type.String(), { maxItems: MAX_WEBHOOK_CONFIGURATION_IDS }),
);

/** A webhook given with a batch or an extraction; `webhook_events` absent or null means all. */
export const WebhookConfiguration = Type.Object(
  {
    webhook_url: Maybe(Type.String()),
    webhook_headers: Maybe(MapOf(Type.String())),
    webhook_signing_secret: Maybe(Type.String()),
    webhook_events: Maybe(Type.Array(OneOf(WEBHOOK_EVENTS))),
    webhook_output_format: Maybe(Type.String({ description: '`string` (default) or `json`.' })),
  },
  { $id: 'WebhookConfiguration' },
);
export type WebhookConfiguration = Static<typeof WebhookConfiguration>;

/** A webhook given among parse parameters: the same fields under stricter rules (contract 7.2). */
export const ParseWebhookConfiguration = Type.Object(
  {
    webhook_url: Maybe(Type.String({ pattern: '^https?:' })),
    webhook_headers: Maybe(AnyObject()),
    webhook_signing_secret: Maybe(Type.String()),
    webhook_events: Maybe(Type.Array(Type.String())),
    webhook_output_format: Maybe(OneOf(['string', 'json'])),
  },
  { $id: 'ParseWebhookConfiguration', additionalProperties: false },
);
export type ParseWebhookConfiguration = Static<typeof ParseWebhookConfiguration>;

import { Type, type Static } from 'typebox';

import { MapOf, Maybe, OneOf, Timestamps } from './fields.ts';
import { WEBHOOK_EVENTS } from './webhook.ts';

/** What can be said of an endpoint beside its URL and secret (contract 10.1). */
const EndpointFields = {
  webhook_headers: Maybe(MapOf(Type.String()), { description: 'Sent with every event.' }),
  webhook_events: Maybe(Type.Array(OneOf(WEBHOOK_EVENTS)), {
    description: 'Null: all events. An empty list is refused.',
  }),
  webhook_output_format: Maybe(OneOf(['string', 'json']), {
    description: '`string` (default): a JSON string that holds the JSON; `json`: the object itself.',
  }),
};

const Secret = Maybe(Type.String(), { description: 'Signs every event; never given out again.' });

/** A saved endpoint. */
export const WebhookConfig = Type.Object(
  {
    id: Type.String(),
    tenant_type: Type.Literal('project'),
    tenant_id: Type.String(),
    webhook_url: Type.String(),
    has_secret: Type.Boolean(),
    ...EndpointFields,
    ...Timestamps,
  },
  { $id: 'WebhookConfig' },
);
export type WebhookConfig = Static<typeof WebhookConfig>;

/** Not a page (contract 13.11). */
export const WebhookConfigList = Type.Array(WebhookConfig);

export const WebhookConfigCreateBody = Type.Object(
  { webhook_url: Type.String(), webhook_signing_secret: Secret, ...EndpointFields },
  { $id: 'WebhookConfigCreate' },
);

/** What is absent stays as it is. */
export const WebhookConfigUpdateBody = Type.Object(
  { webhook_url: Maybe(Type.String()), webhook_signing_secret: Secret, ...EndpointFields },
  { $id: 'WebhookConfigUpdate' },
);

export const WebhookConfigParams = Type.Object({ config_id: Type.String() });

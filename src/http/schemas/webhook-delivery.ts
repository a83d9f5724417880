import { Type, type Static } from 'typebox';

import { DateTime, Maybe, OneOf } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';

const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

/** One attempt to deliver an event. */
const WebhookAttempt = Type.Object(
  {
    at: DateTime(),
    status: Maybe(Type.Integer(), { description: 'Null when there was no answer.' }),
    error: Maybe(Type.String(), { description: 'Why it failed; null when it did not.' }),
    latency_ms: Type.Integer({ minimum: 0 }),
    response: Maybe(Type.String(), { description: 'The first 2 KB of the answer.' }),
  },
  { $id: 'WebhookAttempt' },
);

/** One event on its way to one endpoint. An addition of Sheaf. */
export const WebhookDelivery = Type.Object(
  {
    id: Type.String(),
    event_id: Type.String({ description: 'The same at every attempt and replay.' }),
    event_type: Type.String(),
    state: OneOf(DELIVERY_STATES, {
      description:
        '`pending`: it waits for its next attempt; `dead`: it was given up, and `reason` says why.',
    }),
    reason: Maybe(Type.String()),
    webhook_url: Maybe(Type.String({ description: 'Null when its configuration was deleted.' })),
    webhook_configuration_id: Maybe(
      Type.String({ description: 'Null for an endpoint given with a request.' }),
    ),
    batch_id: Maybe(Type.String()),
    job_id: Maybe(Type.String()),
    attempt_count: Type.Integer({ minimum: 0 }),
    attempts: Type.Array(WebhookAttempt, {
      description: 'The last 5, oldest first; `attempt_count` says how many there were.',
    }),
    next_attempt_at: Maybe(DateTime({ description: 'Null when there will be none.' })),
    created_at: DateTime(),
  },
  { $id: 'WebhookDelivery', description: 'An addition of Sheaf.' },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

export const WebhookDeliveryPage = Page(WebhookDelivery, 'WebhookDeliveryPage');

export const WebhookDeliveryListQuery = Type.Object({
  state: Type.Optional(OneOf(DELIVERY_STATES)),
  ...ProjectScope,
  ...PageQuery,
});

import type { WebhookWish } from '../../../services/webhook-subscriptions.ts';

/** Who is to be told, as a request says it; both lists together (contract 10.2). */
export function webhookWishOf(body: {
  readonly webhook_configuration_ids?: readonly string[] | null;
  readonly webhook_configurations?: readonly unknown[] | null;
}): WebhookWish {
  return {
    configurationIds: body.webhook_configuration_ids ?? [],
    inline: body.webhook_configurations ?? [],
  };
}

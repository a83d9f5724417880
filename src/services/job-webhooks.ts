import { validationError } from '../errors.ts';
import type { Services } from './context.ts';
import {
  MAX_SAVED_WEBHOOKS,
  resolveSubscriptions,
  tooMany,
  type Subscription,
  type WebhookWish,
} from './webhook-subscriptions.ts';

/**
 * Who is to be told of a job of its own: those of its saved configuration and those of the request, together
 * (contract 10.2). An endpoint that is saved twice over, with the configuration and with the request, is told once.
 * @throws NOT_FOUND for a saved endpoint that is not there; a 422 for one that cannot be called, and for too many
 */
export async function resolveJobWebhooks(
  services: Services,
  projectId: string,
  { saved, given }: { readonly saved: WebhookWish; readonly given: WebhookWish },
): Promise<Subscription[]> {
  const ids = given.configurationIds.filter((id) => !saved.configurationIds.includes(id));
  const together = new Set([...saved.configurationIds, ...ids]).size;
  if (together > MAX_SAVED_WEBHOOKS)
    throw validationError(tooMany(['body', 'webhook_configuration_ids'], together, MAX_SAVED_WEBHOOKS));
  return [
    ...(await resolveSubscriptions(services, projectId, saved, ['body', 'configuration_id'])),
    ...(await resolveSubscriptions(services, projectId, { ...given, configurationIds: ids }, ['body'])),
  ];
}

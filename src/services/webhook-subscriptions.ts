import { notFound, validationError, type ValidationIssue } from '../errors.ts';
import { readWebhookEndpoint } from '../model/webhook-endpoint.ts';
import type { Transaction } from '../store/database.ts';
import { findKnownConfigs } from '../store/webhook-configs.ts';
import {
  insertSubscriptions,
  type Subscription,
  type SubscriptionScope,
} from '../store/webhook-subscriptions.ts';
import type { Services } from './context.ts';

export type { Subscription } from '../store/webhook-subscriptions.ts';

/** Who is to be told: saved configurations and endpoints that came along, together (contract 10.2). */
export interface WebhookWish {
  readonly configurationIds: readonly string[];
  /** In the words of contract 10.1, as the client wrote them. */
  readonly inline: readonly unknown[];
}

/**
 * Checks who is to be told.
 * @param loc where `webhook_configurations` stands in the request
 * @throws NOT_FOUND that names a saved configuration that is not there; a 422 for an endpoint that cannot be called
 */
export async function resolveSubscriptions(
  services: Services,
  projectId: string,
  wish: WebhookWish,
  loc: readonly (string | number)[],
): Promise<Subscription[]> {
  refuseMany(wish, loc);
  const ids = [...new Set(wish.configurationIds)];
  const known = await findKnownConfigs(services.db, projectId, ids);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw notFound(`Webhook configuration ${unknown}`);
  const issues: ValidationIssue[] = [];
  const subscriptions: Subscription[] = ids.map((configId) => ({ configId }));
  for (const [index, inline] of wish.inline.entries()) {
    const place = [...loc, 'webhook_configurations', index];
    const read = readWebhookEndpoint(inline, place);
    if ('issues' in read) {
      issues.push(...read.issues);
      continue;
    }
    issues.push(...refusal(services, read.endpoint.url, [...place, 'webhook_url']));
    subscriptions.push(read);
  }
  if (issues.length > 0) throw validationError(...issues);
  return subscriptions;
}

/** Endpoints that one job or batch may bring along; the saved ones are at most four (contract 7.2). */
export const MAX_INLINE_WEBHOOKS = 20;
export const MAX_SAVED_WEBHOOKS = 4;

/** Every event is one delivery for each of them, and a batch may have a thousand jobs. */
function refuseMany(wish: WebhookWish, loc: readonly (string | number)[]): void {
  const lists = [
    { field: 'webhook_configurations', count: wish.inline.length, most: MAX_INLINE_WEBHOOKS },
    {
      field: 'webhook_configuration_ids',
      count: new Set(wish.configurationIds).size,
      most: MAX_SAVED_WEBHOOKS,
    },
  ];
  const issues = lists
    .filter(({ count, most }) => count > most)
    .map(({ field, count, most }) => tooMany([...loc, field], count, most));
  if (issues.length > 0) throw validationError(...issues);
}

/** A list of webhooks that is too long. */
export function tooMany(loc: readonly (string | number)[], count: number, most: number): ValidationIssue {
  const msg = `List should have at most ${most} items after validation, not ${count}`;
  return { type: 'too_long', loc, msg, ctx: { max_length: most, actual_length: count } };
}

/** A URL that is sure to be refused later is refused now. */
export function refusal(
  services: Services,
  url: string,
  loc: readonly (string | number)[],
): ValidationIssue[] {
  const reason = services.egress.refusalOf(url);
  return reason === undefined ? [] : [{ type: 'value_error', loc, msg: reason }];
}

/**
 * Subscribes to the events of a batch or job, in the transaction that makes it.
 * @param scope `jobs`: to those of the batch's jobs instead of its own
 */
export async function subscribe(
  tx: Transaction,
  ownerId: string,
  subscriptions: readonly Subscription[],
  scope: SubscriptionScope = 'own',
): Promise<void> {
  const isBatch = ownerId.startsWith('bat-');
  const owner = { batchId: isBatch ? ownerId : null, jobId: isBatch ? null : ownerId, scope };
  await insertSubscriptions(tx, owner, subscriptions);
}

/** Who is to be told of the jobs that run with saved parameters (contract 7.2). */
export function wishOfParameters(parameters: Readonly<Record<string, unknown>>): WebhookWish {
  const { webhook_configuration_ids: ids, webhook_configurations: inline } = parameters;
  return {
    configurationIds: Array.isArray(ids) ? (ids as string[]) : [],
    inline: Array.isArray(inline) ? (inline as unknown[]) : [],
  };
}

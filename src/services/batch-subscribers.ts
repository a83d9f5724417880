import type { Transaction } from '../store/database.ts';
import { listBatchSubscriptions, type Subscription } from '../store/webhook-subscriptions.ts';
import type { Services } from './context.ts';
import {
  resolveSubscriptions,
  subscribe,
  wishOfParameters,
  type WebhookWish,
} from './webhook-subscriptions.ts';

/** Who is told of a batch: of itself, those that its request names; of its jobs, those that its configuration does. */
export interface BatchSubscribers {
  readonly own: readonly Subscription[];
  readonly jobs: readonly Subscription[];
}

/** @throws as {@link resolveSubscriptions} */
export async function resolveBatchSubscribers(
  services: Services,
  projectId: string,
  wish: WebhookWish,
  parameters: Readonly<Record<string, unknown>>,
): Promise<BatchSubscribers> {
  return {
    own: await resolveSubscriptions(services, projectId, wish, ['body']),
    jobs: await resolveJobSubscribers(services, projectId, parameters),
  };
}

/** Those that a configuration's parameters name. @throws as {@link resolveSubscriptions} */
export async function resolveJobSubscribers(
  services: Services,
  projectId: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Subscription[]> {
  const loc = ['body', 'config', 'job', 'configuration_id', 'parameters'];
  return resolveSubscriptions(services, projectId, wishOfParameters(parameters), loc);
}

export async function subscribersOf(tx: Transaction, batchId: string): Promise<BatchSubscribers> {
  return {
    own: await listBatchSubscriptions(tx, batchId, 'own'),
    jobs: await listBatchSubscriptions(tx, batchId, 'jobs'),
  };
}

export async function subscribeToBatch(
  tx: Transaction,
  batchId: string,
  subscribers: BatchSubscribers,
): Promise<void> {
  await subscribe(tx, batchId, subscribers.own);
  await subscribe(tx, batchId, subscribers.jobs, 'jobs');
}

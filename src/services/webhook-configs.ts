import { notFound, SheafError, validationError } from '../errors.ts';
import { newId } from '../model/ids.ts';
import {
  checkWebhookFields,
  readWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookFields,
} from '../model/webhook-endpoint.ts';
import type { WebhookConfig } from '../store/schema.ts';
import {
  countConfigs,
  findConfig,
  insertConfig,
  listConfigs,
  lockConfig,
  removeConfig,
  updateConfig,
} from '../store/webhook-configs.ts';
import { inTransaction } from '../store/transaction.ts';
import { buryDeliveriesOf } from '../store/webhook-deliveries.ts';
import type { Services } from './context.ts';
import { CONFIG_DELETED } from './deliver-webhooks.ts';
import { refusal } from './webhook-subscriptions.ts';

export type { WebhookConfig } from '../store/schema.ts';

/** The list is not paged (contract 13.11), so it has an end. */
const MAX_CONFIGS = 500;

const BODY = ['body'];

/** @throws a 422 that names the field; INVALID_REQUEST when the project has as many as it may */
export async function createWebhookConfig(
  services: Services,
  projectId: string,
  fields: WebhookFields,
): Promise<WebhookConfig> {
  const endpoint = readEndpoint(services, fields);
  if ((await countConfigs(services.db, projectId)) >= MAX_CONFIGS) {
    throw new SheafError(
      'INVALID_REQUEST',
      `The project has ${MAX_CONFIGS} webhook configurations, the most it may have: delete one that is not needed`,
    );
  }
  return insertConfig(services.db, { id: newId('webhookConfig'), projectId, endpoint });
}

function readEndpoint(services: Services, fields: WebhookFields): WebhookEndpoint {
  const read = readWebhookEndpoint(fields, BODY);
  if ('issues' in read) throw validationError(...read.issues);
  const issues = refusal(services, read.endpoint.url, [...BODY, 'webhook_url']);
  if (issues.length > 0) throw validationError(...issues);
  return read.endpoint;
}

/** Newest first (contract 10.1). */
export async function listWebhookConfigs(services: Services, projectId: string): Promise<WebhookConfig[]> {
  return listConfigs(services.db, projectId);
}

/** @throws NOT_FOUND */
export async function getWebhookConfig(
  services: Services,
  projectId: string,
  id: string,
): Promise<WebhookConfig> {
  const config = await findConfig(services.db, projectId, id);
  if (!config) throw notFound('Webhook configuration');
  return config;
}

/**
 * Changes the fields that are given: null sets one back to what it is without it, except the URL, which has to be
 * one. What has not been delivered yet goes to the new endpoint.
 * @throws NOT_FOUND; a 422 that names the field
 */
export async function changeWebhookConfig(
  services: Services,
  projectId: string,
  id: string,
  fields: WebhookFields,
): Promise<WebhookConfig> {
  const issues = checkWebhookFields(fields, BODY);
  if (issues.length > 0) throw validationError(...issues);
  const url = fields.webhook_url;
  if (typeof url === 'string') {
    const refused = refusal(services, url, [...BODY, 'webhook_url']);
    if (refused.length > 0) throw validationError(...refused);
  }
  return inTransaction(services.db, async (tx) => {
    const current = await lockConfig(tx, projectId, id);
    if (!current) throw notFound('Webhook configuration');
    return updateConfig(tx, id, changed(current, fields));
  });
}

function changed(current: WebhookConfig, fields: WebhookFields): WebhookEndpoint {
  const before: WebhookFields = {
    webhook_url: current.url,
    webhook_headers: current.headers,
    webhook_signing_secret: current.signing_secret,
    webhook_events: current.events,
    webhook_output_format: current.output_format,
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const wish = { ...before, ...given, webhook_url: fields.webhook_url ?? current.url };
  const read = readWebhookEndpoint(wish, BODY);
  // What was stored was checked under the rules of its day; these may be stricter.
  if ('issues' in read) throw validationError(...read.issues);
  return read.endpoint;
}

/** Deletes a configuration; what has not been delivered to it never will be, and says so. @throws NOT_FOUND */
export async function deleteWebhookConfig(services: Services, projectId: string, id: string): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    if (!(await lockConfig(tx, projectId, id))) throw notFound('Webhook configuration');
    const queued = await buryDeliveriesOf(tx, id, CONFIG_DELETED);
    await services.queue.drop(tx, 'deliver-webhook', queued);
    await removeConfig(tx, id);
  });
}

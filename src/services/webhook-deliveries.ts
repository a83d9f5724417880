import { notFound, SheafError } from '../errors.ts';
import { isUuid, newUuid } from '../model/ids.ts';
import { findBatch } from '../store/batches.ts';
import { findJob } from '../store/jobs.ts';
import type { WebhookAttempt, WebhookConfig, WebhookDelivery } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import {
  findUrls,
  insertTest,
  listAttempts,
  listDeliveries,
  lockDelivery,
  restartDelivery,
  type DeliveryOwner,
} from '../store/webhook-deliveries.ts';
import { wakeEndpoint } from '../store/webhook-endpoints.ts';
import type { Services } from './context.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { attemptDelivery, ATTEMPT_TIMEOUT_MS, type Attempt } from './webhook-attempt.ts';
import { getWebhookConfig } from './webhook-configs.ts';

export type { DeliveryOwner } from '../store/webhook-deliveries.ts';

/** A delivery, where it goes, and how its attempts went. */
export interface DeliveryView {
  readonly delivery: WebhookDelivery;
  /** Null when its saved configuration was deleted. */
  readonly url: string | null;
  readonly attempts: readonly WebhookAttempt[];
}

export interface DeliveryQuery extends PageQuery {
  readonly state?: WebhookDelivery['state'] | undefined;
}

/** What became of the events of a batch, a job, or for a saved configuration, newest first. @throws NOT_FOUND */
export async function listWebhookDeliveries(
  services: Services,
  projectId: string,
  owner: DeliveryOwner,
  query: DeliveryQuery,
): Promise<Page<DeliveryView>> {
  await requireOwner(services, projectId, owner);
  const filter = { projectId, owner, ...(query.state !== undefined && { state: query.state }) };
  const tokenFilters = { list: 'webhook-deliveries', ...filter };
  const request = toPageRequest(services, query, tokenFilters);
  const rows = await listDeliveries(services.db, filter, {
    ...request,
    size: Math.min(request.size, MAX_PAGE),
  });
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: await viewDeliveries(services, page.items) };
}

/** @throws NOT_FOUND */
async function requireOwner(services: Services, projectId: string, owner: DeliveryOwner): Promise<void> {
  if ('configId' in owner) await getWebhookConfig(services, projectId, owner.configId);
  else if ('batchId' in owner) {
    if (!(await findBatch(services.db, projectId, owner.batchId))) throw notFound('Batch');
  } else if (!(await findJob(services.db, projectId, owner.kind, owner.jobId)))
    throw notFound(owner.kind === 'parse' ? 'Parse job' : 'Extract job');
}

/** Each has the beginnings of answers with it, so that a page is larger than those of other lists. */
const MAX_PAGE = 100;
/** Of a delivery that was tried for a day, the last attempts tell enough. */
const SHOWN_ATTEMPTS = 5;

async function viewDeliveries(
  services: Services,
  deliveries: readonly WebhookDelivery[],
): Promise<DeliveryView[]> {
  const ids = deliveries.map((delivery) => delivery.id);
  const [attempts, urls] = await Promise.all([
    listAttempts(services.db, ids, SHOWN_ATTEMPTS),
    findUrls(services.db, ids),
  ]);
  return deliveries.map((delivery) => ({
    delivery,
    url: urls.get(delivery.id) ?? null,
    attempts: attempts.get(delivery.id) ?? [],
  }));
}

/**
 * Sends an event again, whatever became of it: the same event with the same id, and tried anew for as long as any.
 * One that still waits is sent at once.
 * @throws NOT_FOUND; CONFLICT when there is nowhere to send it
 */
export async function replayDelivery(
  services: Services,
  projectId: string,
  owner: DeliveryOwner,
  id: string,
): Promise<DeliveryView> {
  await requireOwner(services, projectId, owner);
  const delivery = await inTransaction(services.db, async (tx) => {
    const found = isUuid(id) ? await lockDelivery(tx, projectId, owner, id) : undefined;
    if (!found) throw notFound('Webhook delivery');
    if (!(await findUrls(tx, [id])).has(id)) {
      throw new SheafError(
        'CONFLICT',
        'The webhook configuration was deleted: there is nowhere to send the event',
      );
    }
    const restarted = await restartDelivery(tx, id);
    await wakeEndpoint(tx, projectId, restarted.host);
    return restarted;
  });
  services.hints.send('work');
  const [view] = await viewDeliveries(services, [delivery]);
  if (!view) throw notFound('Webhook delivery');
  return view;
}

/** The contract's name for what has no name of its own: typed clients know it. */
const TEST_EVENT = 'unmapped_event';

/**
 * Sends a test to a saved configuration now, once, whatever events it wants, and waits for what comes of it. It is
 * entered in the log like any other event.
 * @throws NOT_FOUND
 */
export async function testWebhookConfig(
  services: Services,
  projectId: string,
  configId: string,
  options: { readonly timeoutMs?: number } = {},
): Promise<DeliveryView> {
  const config = await getWebhookConfig(services, projectId, configId);
  const id = newUuid();
  const event = {
    id: `evt-${id}-test`,
    type: TEST_EVENT,
    payload: testPayload(`evt-${id}-test`, config),
  };
  const { url, headers, signing_secret: signingSecret, output_format: outputFormat } = config;
  const endpoint = { url, headers, signingSecret, outputFormat };
  const { timeoutMs = ATTEMPT_TIMEOUT_MS } = options;
  const attempt = await attemptDelivery(services, endpoint, event, { timeoutMs });
  const test = {
    id,
    eventId: event.id,
    eventType: event.type,
    projectId,
    configId,
    host: config.host,
    payload: event.payload,
  };
  const delivery = await inTransaction(services.db, (tx) => insertTest(tx, test, testResult(test, attempt)));
  const [view] = await viewDeliveries(services, [delivery]);
  if (!view) throw notFound('Webhook delivery');
  return view;
}

function testPayload(eventId: string, config: WebhookConfig): Record<string, unknown> {
  return {
    event_id: eventId,
    event_type: TEST_EVENT,
    timestamp: Date.now() / 1000,
    data: { id: config.id, job_id: config.id, status: 'TEST', project_id: config.project_id, test: true },
  };
}

function testResult({ projectId, host }: { projectId: string; host: string }, attempt: Attempt) {
  const { status, error, latencyMs, response } = attempt;
  return {
    projectId,
    host,
    status,
    error,
    latencyMs,
    response,
    state: error === null ? ('delivered' as const) : ('dead' as const),
    reason: error === null ? null : `A test is sent once. ${error}`,
    afterSeconds: 0,
  };
}

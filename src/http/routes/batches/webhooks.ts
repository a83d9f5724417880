import { notFound, validationError } from '../../../errors.ts';
import type { BatchWebhook } from '../../../services/batches.ts';
import type { BatchCreateBody } from '../../schemas/batch.ts';

/**
 * The webhooks of a create, checked (contract 10.1): saved ones by id and those that came along, together.
 * @throws NOT_FOUND for a saved one that does not exist; a 422 that names the field for a bad one
 */
export function readWebhooks(body: BatchCreateBody): BatchWebhook[] {
  const [unknown] = body.webhook_configuration_ids ?? [];
  // Webhook configurations cannot be saved in this version, so no id can be of one.
  if (unknown !== undefined) throw notFound(`Webhook configuration ${unknown}`);
  return (body.webhook_configurations ?? []).map(readWebhook);
}

type Inline = NonNullable<BatchCreateBody['webhook_configurations']>[number];

function readWebhook(webhook: Inline, index: number): BatchWebhook {
  const loc = ['body', 'webhook_configurations', index];
  const { webhook_url: url, webhook_output_format: format, webhook_events: events } = webhook;
  if (!url || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    const msg = 'webhook_url must be an http or https URL';
    throw validationError({ type: 'url_parsing', loc: [...loc, 'webhook_url'], msg, input: url });
  }
  if (format && format !== 'string' && format !== 'json') {
    const msg = "webhook_output_format must be 'string' or 'json'";
    throw validationError({ type: 'enum', loc: [...loc, 'webhook_output_format'], msg, input: format });
  }
  if (events?.length === 0) {
    const msg = 'webhook_events must name at least one event; leave it out for all';
    throw validationError({ type: 'too_short', loc: [...loc, 'webhook_events'], msg });
  }
  return {
    configurationId: null,
    url,
    headers: webhook.webhook_headers ?? null,
    signingSecret: webhook.webhook_signing_secret ?? null,
    events: events ?? null,
    outputFormat: format === 'json' ? 'json' : 'string',
  };
}

import type { WebhookConfig as SavedConfig } from '../../../services/webhook-configs.ts';
import type { DeliveryView } from '../../../services/webhook-deliveries.ts';
import type { WebhookConfig } from '../../schemas/webhook-config.ts';
import type { WebhookDelivery } from '../../schemas/webhook-delivery.ts';

/** A saved endpoint as the wire shows it: whether there is a secret, never which. */
export function presentWebhookConfig(config: SavedConfig): WebhookConfig {
  return {
    id: config.id,
    tenant_type: 'project',
    tenant_id: config.project_id,
    webhook_url: config.url,
    has_secret: config.signing_secret !== null,
    webhook_headers: config.headers,
    // They were checked when they were saved.
    webhook_events: config.events as Exclude<WebhookConfig['webhook_events'], undefined>,
    webhook_output_format: config.output_format,
    created_at: config.created_at.toISOString(),
    updated_at: config.updated_at.toISOString(),
  };
}

/** A delivery as the wire shows it. */
export function presentDelivery({ delivery, url, attempts }: DeliveryView): WebhookDelivery {
  return {
    id: delivery.id,
    event_id: delivery.event_id,
    event_type: delivery.event_type,
    state: delivery.state,
    reason: delivery.reason,
    webhook_url: url,
    webhook_configuration_id: delivery.config_id,
    batch_id: delivery.batch_id,
    job_id: delivery.job_id,
    attempt_count: delivery.attempts,
    attempts: attempts.map((attempt) => ({
      at: attempt.at.toISOString(),
      status: attempt.status,
      error: attempt.error,
      latency_ms: attempt.latency_ms,
      response: attempt.response,
    })),
    next_attempt_at: delivery.state === 'pending' ? delivery.next_at.toISOString() : null,
    created_at: delivery.created_at.toISOString(),
  };
}

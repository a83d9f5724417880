import type { NewBatch } from '../../../services/batches.ts';
import type { BatchCreateBody } from '../../schemas/batch.ts';
import { webhookWishOf } from '../webhooks/wish.ts';

/** The batch that a body asks for. */
export function batchWishOf(body: BatchCreateBody): NewBatch {
  const { source_directory_id: sourceDirectoryId, config } = body;
  return {
    sourceDirectoryId,
    jobType: config.job.type,
    configurationId: config.job.configuration_id,
    webhooks: webhookWishOf(body),
  };
}

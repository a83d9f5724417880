import { notFound, SheafError } from '../errors.ts';
import type { BatchJobType } from '../model/batch-states.ts';
import type { Transaction } from '../store/database.ts';
import { lockLiveDirectories } from '../store/directories.ts';
import type { Directory } from '../store/schema.ts';
import { resolveBatchSubscribers, type BatchSubscribers } from './batch-subscribers.ts';
import { getConfiguration, resolveParameters, type ProductConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { freezeExtractParameters } from './extract-parameters.ts';
import type { WebhookWish } from './webhook-subscriptions.ts';

/** What is asked for by the create of a batch, and by its check, and what is refused. */

export interface NewBatch {
  readonly sourceDirectoryId: string;
  readonly jobType: BatchJobType;
  readonly configurationId: string;
  /** Who is to be told of the batch; of its jobs, that is in the configuration. */
  readonly webhooks: WebhookWish;
}

/** A wish with what it refers to, as of now. */
export interface ResolvedBatch {
  readonly configuration: ProductConfiguration;
  /** As the jobs keep them. */
  readonly parameters: Record<string, unknown>;
  readonly subscribers: BatchSubscribers;
}

/**
 * Looks up what a wish refers to, beside its directory. Changes nothing.
 * @throws NOT_FOUND for an unknown or foreign configuration or webhook; INVALID_REQUEST for a configuration of another
 * product; a 422 for a bad webhook
 */
export async function resolveBatch(
  services: Services,
  projectId: string,
  wish: NewBatch,
): Promise<ResolvedBatch> {
  const configuration = await getConfiguration(services, projectId, wish.configurationId);
  refuseWrongProduct(wish, configuration);
  const parameters = await resolveBatchParameters(services, projectId, configuration);
  const subscribers = await resolveBatchSubscribers(
    services,
    projectId,
    wish.webhooks,
    configuration.parameters,
  );
  return { configuration, parameters, subscribers };
}

/**
 * The directory of a wish, locked, so that what is read next is of a whole directory and not of one that is being
 * deleted.
 * @throws NOT_FOUND for an unknown, deleted, expired or foreign one
 */
export async function lockSourceDirectory(
  tx: Transaction,
  projectId: string,
  wish: Pick<NewBatch, 'sourceDirectoryId'>,
): Promise<Directory> {
  const [directory] = await lockLiveDirectories(tx, projectId, [wish.sourceDirectoryId]);
  if (!directory) throw notFound('Directory');
  return directory;
}

/** A configuration's parameters as a batch keeps them for its jobs: with versions, and what they refer to, as of now. */
export async function resolveBatchParameters(
  services: Services,
  projectId: string,
  configuration: ProductConfiguration,
): Promise<Record<string, unknown>> {
  if (configuration.productType === 'parse_v2') return resolveParameters(configuration);
  return freezeExtractParameters(services, projectId, configuration.parameters);
}

/** @throws INVALID_REQUEST for a configuration that is not for the wished product */
export function refuseWrongProduct(
  wish: Pick<NewBatch, 'jobType'>,
  configuration: ProductConfiguration,
): void {
  if (configuration.productType !== wish.jobType) {
    throw new SheafError(
      'INVALID_REQUEST',
      `config.job.configuration_id ${configuration.id} is a ${configuration.productType} configuration, ` +
        `but config.job.type is ${wish.jobType}: pass ${wish.jobType === 'extract_v2' ? 'an' : 'a'} ${wish.jobType} configuration`,
    );
  }
}

/** @throws INVALID_REQUEST for a directory without files, and for one with more than a batch may have */
export function refuseFileCount(count: number, max: number): void {
  if (count === 0) {
    throw new SheafError(
      'INVALID_REQUEST',
      'The source directory has no files: add files to it first, then create the batch',
    );
  }
  if (count > max) {
    throw new SheafError(
      'INVALID_REQUEST',
      `The source directory has more than ${max} files, the most a batch may have: ` +
        `split it into several directories, or raise SHEAF_MAX_BATCH_FILES`,
    );
  }
}

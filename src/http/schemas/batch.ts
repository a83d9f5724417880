import { Type, type Static } from 'typebox';

import { BATCH_JOB_TYPES, BATCH_STATUSES } from '../../model/batch-states.ts';
import { DateTime, Maybe, OneOf, Timestamps } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';
import { WebhookConfiguration, WebhookConfigurationIds } from './webhook.ts';

/** What a batch runs over every file: one saved configuration or preset, by id. */
export const BatchConfig = Type.Object(
  {
    job: Type.Object(
      { type: OneOf(BATCH_JOB_TYPES), configuration_id: Type.String() },
      { $id: 'BatchJobConfig' },
    ),
  },
  { $id: 'BatchConfig' },
);
export type BatchConfig = Static<typeof BatchConfig>;

export const BatchJobReference = Type.Object(
  { type: OneOf(BATCH_JOB_TYPES), id: Type.String() },
  { $id: 'BatchJobReference' },
);
export type BatchJobReference = Static<typeof BatchJobReference>;

/**
 * How one source file fared. Never both set: a reference means that the file was given a job, a message that
 * it could not be; both null means not yet.
 */
export const BatchResult = Type.Object(
  {
    source_directory_file_id: Type.String(),
    job_reference: Maybe(BatchJobReference),
    error_message: Maybe(Type.String()),
  },
  { $id: 'BatchResult' },
);
export type BatchResult = Static<typeof BatchResult>;

/** Counts of a batch's files by the state of their jobs, and the pages of the completed ones. */
export const BatchProgress = Type.Object(
  {
    total: Type.Integer({ minimum: 0 }),
    pending: Type.Integer({ minimum: 0 }),
    running: Type.Integer({ minimum: 0 }),
    completed: Type.Integer({ minimum: 0 }),
    failed: Type.Integer({
      minimum: 0,
      description: 'Failed jobs, and files that could not be given a job.',
    }),
    cancelled: Type.Integer({ minimum: 0 }),
    pages: Type.Integer({ minimum: 0 }),
  },
  { $id: 'BatchProgress', description: 'An addition of Sheaf.' },
);
export type BatchProgress = Static<typeof BatchProgress>;

/** Contract 4.1, and four additions that official clients ignore. */
export const Batch = Type.Object(
  {
    id: Type.String(),
    project_id: Type.String(),
    source_directory_id: Type.String(),
    config: BatchConfig,
    status: OneOf(BATCH_STATUSES),
    results: Maybe(Type.Array(BatchResult)),
    ...Timestamps,
    progress: Type.Optional(BatchProgress),
    waiting_reason: Maybe(
      Type.String({
        description: 'Why a PENDING or THROTTLED batch does not run yet. An addition of Sheaf.',
      }),
    ),
    started_at: Maybe(DateTime({ description: 'When it began to run. An addition of Sheaf.' })),
    finished_at: Maybe(DateTime({ description: 'When it reached a terminal state. An addition of Sheaf.' })),
    retry_of: Maybe(
      Type.String({ description: 'The batch whose failed files this one runs again. An addition of Sheaf.' }),
    ),
  },
  { $id: 'Batch' },
);
export type Batch = Static<typeof Batch>;

export const BatchPage = Page(Batch, 'BatchPage');
export type BatchPage = Static<typeof BatchPage>;

export const BatchCreateBody = Type.Object(
  {
    source_directory_id: Type.String(),
    config: BatchConfig,
    webhook_configuration_ids: WebhookConfigurationIds,
    webhook_configurations: Maybe(Type.Array(WebhookConfiguration)),
  },
  { $id: 'BatchCreate' },
);
export type BatchCreateBody = Static<typeof BatchCreateBody>;

/** An addition of Sheaf. */
export const BatchRetryBody = Type.Object(
  {
    configuration_id: Maybe(Type.String({ description: 'Another configuration of the same product.' })),
    directory_file_ids: Maybe(
      Type.Array(Type.String(), {
        minItems: 1,
        maxItems: 10_000,
        description: 'Only these files; each must have failed, been cancelled, or got no job.',
      }),
    ),
  },
  { $id: 'BatchRetry' },
);
export type BatchRetryBody = Static<typeof BatchRetryBody>;

export const BatchParams = Type.Object({ batch_id: Type.String() });
export type BatchParams = Static<typeof BatchParams>;

export const BatchGetQuery = Type.Object({
  expand: Type.Optional(Type.Array(Type.String(), { description: '`results`; others are ignored.' })),
  ...ProjectScope,
});
export type BatchGetQuery = Static<typeof BatchGetQuery>;

export const BatchListQuery = Type.Object({
  status: Type.Optional(OneOf(BATCH_STATUSES)),
  source_directory_id: Type.Optional(Type.String()),
  created_at_on_or_after: Type.Optional(DateTime()),
  created_at_on_or_before: Type.Optional(DateTime()),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        "The beginning of a batch's id, or of the name its directory had when it was made. An addition of Sheaf.",
    }),
  ),
  ...ProjectScope,
  ...PageQuery,
});
export type BatchListQuery = Static<typeof BatchListQuery>;

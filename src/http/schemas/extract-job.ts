import { Type, type Static } from 'typebox';

import { ExtractConfiguration } from './extract-parameters.ts';
import { AnyObject, DateTime, Maybe, OneOf } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';
import { WebhookConfiguration, WebhookConfigurationIds } from './webhook.ts';

/** The statuses of contract section 9. Jobs here are never THROTTLED: a list of those is empty. */
export const EXTRACT_STATUSES = [
  'PENDING',
  'THROTTLED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;

/** The trees that mirror the data, one of them by the extraction's target. */
const ExtractedFieldMetadata = Type.Object(
  {
    document_metadata: Maybe(AnyObject()),
    page_metadata: Maybe(Type.Array(AnyObject())),
    row_metadata: Maybe(Type.Array(AnyObject())),
  },
  { $id: 'ExtractedFieldMetadata' },
);

const ExtractMetadata = Type.Object(
  {
    field_metadata: Maybe(ExtractedFieldMetadata),
    parse_job_id: Maybe(Type.String({ description: 'The parse that was extracted from.' })),
    parse_tier: Maybe(Type.String()),
  },
  { $id: 'ExtractMetadata' },
);

const ExtractJobUsage = Type.Object(
  { num_pages_extracted: Maybe(Type.Integer()), num_pages_billed: Maybe(Type.Integer()) },
  { $id: 'ExtractJobUsage' },
);

/** Beside `usage`, what Sheaf tells of the job. */
const ExtractJobMetadata = Type.Object(
  { usage: Maybe(ExtractJobUsage) },
  { $id: 'ExtractJobMetadata', additionalProperties: true },
);

const ExtractUsage = Type.Object(
  {
    credits: Maybe(Type.Number()),
    extract_credits: Maybe(Type.Number()),
    parse_credits: Maybe(Type.Number()),
  },
  { $id: 'ExtractUsage' },
);

/** Contract section 9. */
export const ExtractJob = Type.Object(
  {
    id: Type.String(),
    file_input: Type.String(),
    project_id: Type.String(),
    status: Type.String({ description: `One of ${EXTRACT_STATUSES.join(', ')}.` }),
    configuration_id: Maybe(Type.String()),
    configuration: Maybe(ExtractConfiguration),
    error_message: Maybe(Type.String()),
    extract_result: Type.Optional(
      Type.Union([AnyObject(), Type.Array(AnyObject()), Type.Null()], {
        description: 'An object for per_doc, a list of them for per_page and per_table_row.',
      }),
    ),
    extract_metadata: Maybe(ExtractMetadata),
    metadata: Maybe(ExtractJobMetadata),
    usage: Maybe(ExtractUsage),
    waiting_reason: Maybe(
      Type.String({ description: 'Why a PENDING job does not run yet. An addition of Sheaf.' }),
    ),
    created_at: DateTime(),
    updated_at: DateTime(),
  },
  { $id: 'ExtractJob' },
);
export type ExtractJob = Static<typeof ExtractJob>;

export const ExtractJobPage = Page(ExtractJob, 'ExtractJobPage');
export type ExtractJobPage = Static<typeof ExtractJobPage>;

/** Answer to `DELETE /api/v2/extract/{job_id}`: never an empty body (contract 13.5). */
export const ExtractJobDeleted = Type.Object(
  { id: Type.String(), project_id: Type.String() },
  { $id: 'ExtractJobDeleted' },
);
export type ExtractJobDeleted = Static<typeof ExtractJobDeleted>;

/** Body of `POST /api/v2/extract`. */
export const ExtractCreateBody = Type.Object(
  {
    file_input: Type.String({
      maxLength: 200,
      description: "The id of a file, of a directory's file, or of a completed parse job.",
    }),
    configuration_id: Maybe(Type.String({ description: 'A saved configuration, or configuration.' })),
    configuration: Maybe(ExtractConfiguration),
    webhook_configuration_ids: WebhookConfigurationIds,
    webhook_configurations: Maybe(Type.Array(WebhookConfiguration)),
  },
  { $id: 'ExtractCreate' },
);
export type ExtractCreateBody = Static<typeof ExtractCreateBody>;

export const ExtractJobParams = Type.Object({ job_id: Type.String() });
export type ExtractJobParams = Static<typeof ExtractJobParams>;

const expand = Type.Optional(
  Type.Array(Type.String(), {
    description: '`configuration`, `extract_metadata`, `metadata`, `usage`; others are ignored.',
  }),
);

export const ExtractJobQuery = Type.Object({ expand, ...ProjectScope });
export type ExtractJobQuery = Static<typeof ExtractJobQuery>;

export const ExtractJobListQuery = Type.Object({
  status: Type.Optional(OneOf(EXTRACT_STATUSES)),
  file_input: Type.Optional(Type.String()),
  document_input_type: Type.Optional(Type.String({ description: '`file_id` or `parse_job_id`.' })),
  document_input_value: Type.Optional(Type.String({ description: 'The older name of file_input.' })),
  configuration_id: Type.Optional(Type.String()),
  job_ids: Type.Optional(Type.Array(Type.String())),
  created_at_on_or_after: Type.Optional(DateTime()),
  created_at_on_or_before: Type.Optional(DateTime()),
  expand,
  ...ProjectScope,
  ...PageQuery,
});
export type ExtractJobListQuery = Static<typeof ExtractJobListQuery>;

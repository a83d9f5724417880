import { Type, type Static } from 'typebox';

import { AnyObject, Maybe, OneOf } from './fields.ts';
import { WebhookConfiguration, WebhookConfigurationIds } from './webhook.ts';

export const EXTRACT_TIERS = ['cost_effective', 'agentic', 'agentic_plus', 'turbo'] as const;
export const EXTRACTION_TARGETS = ['per_doc', 'per_page', 'per_table_row'] as const;

const off = (description: string) => Type.Optional(Type.Boolean({ default: false, description }));

/** Options of one extract job (contract 7.3). */
export const ExtractConfiguration = Type.Object(
  {
    data_schema: AnyObject({ description: 'JSON Schema of the data; its root is an object.' }),
    tier: Type.Optional(OneOf(EXTRACT_TIERS, { default: 'cost_effective' })),
    version: Type.Optional(Type.String({ default: 'latest' })),
    extraction_target: Type.Optional(OneOf(EXTRACTION_TARGETS, { default: 'per_doc' })),
    cite_sources: off('Say where each value stands.'),
    confidence_scores: off('Say how sure each value is.'),
    system_prompt: Maybe(Type.String()),
    max_pages: Maybe(Type.Integer({ minimum: 1 })),
    target_pages: Maybe(Type.String({ description: 'Like `1,3,5-7`, counted from 1.' })),
    disable_cache: off('Neither reuse nor store results.'),
    parse_tier: Maybe(Type.String()),
    parse_config_id: Maybe(Type.String()),
    spreadsheet_mode: off('Read cells from the workbook.'),
    sheet_names: Maybe(Type.Array(Type.String())),
  },
  { $id: 'ExtractConfiguration' },
);
export type ExtractConfiguration = Static<typeof ExtractConfiguration>;

/** A saved extract configuration. Its webhooks hear of the jobs that run with it: an addition of Sheaf. */
export const ExtractV2Parameters = Type.Object(
  {
    product_type: Type.Literal('extract_v2'),
    ...ExtractConfiguration.properties,
    webhook_configuration_ids: WebhookConfigurationIds,
    webhook_configurations: Maybe(Type.Array(WebhookConfiguration)),
  },
  { $id: 'ExtractV2Parameters' },
);
export type ExtractV2Parameters = Static<typeof ExtractV2Parameters>;

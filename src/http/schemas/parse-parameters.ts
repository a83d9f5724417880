import { Type, type Static } from 'typebox';

import { PARSE_TIERS } from '../../model/parse-presets.ts';
import { MapOf, Maybe, OneOf } from './fields.ts';
import { CropBoxFields, Flag, OptionGroup } from './option-fields.ts';
import { ParseInputOptions } from './parse-input-options.ts';
import { ParseOutputOptions } from './parse-output-options.ts';
import { ParseProcessingControl, ParseProcessingOptions } from './parse-processing-options.ts';
import { ParseWebhookConfiguration, WebhookConfigurationIds } from './webhook.ts';

/** The options that a parse job and a saved parse configuration share (contract 7.2). */
const ParseOptions = {
  client_name: Maybe(Type.String({ maxLength: 255, description: 'Free tag.' })),
  disable_cache: Flag('Do not reuse an earlier result.'),
  webhook_configuration_ids: WebhookConfigurationIds,
  webhook_configurations: Type.Optional(Type.Array(ParseWebhookConfiguration)),
  fast_options: Maybe(OptionGroup('ParseFastOptions', {})),
  agentic_options: Maybe(
    OptionGroup('ParseAgenticOptions', {
      custom_prompt: Maybe(Type.String({ description: 'Instructions to the model.' })),
    }),
  ),
  crop_box: Type.Optional(OptionGroup('ParseCropBox', CropBoxFields)),
  page_ranges: Type.Optional(
    OptionGroup('ParsePageRanges', {
      max_pages: Maybe(Type.Integer({ minimum: 1, description: 'Only the first so many pages.' })),
      target_pages: Maybe(
        Type.String({ description: 'Like `1,3,5-8`, counted from 1; goes before max_pages.' }),
      ),
    }),
  ),
  input_options: Type.Optional(ParseInputOptions),
  output_options: Type.Optional(ParseOutputOptions),
  processing_options: Type.Optional(ParseProcessingOptions),
  processing_control: Type.Optional(ParseProcessingControl),
};

/** A saved parse configuration. Whether the tier has the version is for `resolveParseVersion` to say. */
export const ParseV2Parameters = Type.Object(
  {
    product_type: Type.Literal('parse_v2'),
    tier: OneOf(PARSE_TIERS),
    version: Type.String({ description: '`latest`, or a release of the tier.' }),
    ...ParseOptions,
  },
  { $id: 'ParseV2Parameters' },
);
export type ParseV2Parameters = Static<typeof ParseV2Parameters>;

const HttpUrl = Type.String({ pattern: '^https?:' });

/**
 * Options of one parse job. Tier and version may be absent or `configured` when `configuration_id` is given
 * (contract 13.15), so they are optional here; unknown keys are refused (contract 13.14).
 */
export const ParseJobConfiguration = Type.Object(
  {
    configuration_id: Maybe(Type.String()),
    tier: Type.Optional(Type.String()),
    version: Type.Optional(Type.String()),
    user_metadata: Maybe(MapOf(Type.String())),
    ...ParseOptions,
  },
  { $id: 'ParseJobConfiguration', additionalProperties: false },
);
export type ParseJobConfiguration = Static<typeof ParseJobConfiguration>;

/** Body of `POST /api/v2/parse`: the options and where the document comes from. */
export const ParseCreateBody = Type.Object(
  {
    file_id: Maybe(Type.String()),
    source_url: Maybe(HttpUrl),
    http_proxy: Maybe(HttpUrl),
    ...ParseJobConfiguration.properties,
  },
  { $id: 'ParseCreate', additionalProperties: false },
);
export type ParseCreateBody = Static<typeof ParseCreateBody>;

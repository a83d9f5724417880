import { Type, type Static } from 'typebox';

import { ClassifyV2Parameters } from './classify-parameters.ts';
import { ExtractV2Parameters } from './extract-parameters.ts';
import { Nullable, OneOf, Timestamps } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ParseV2Parameters } from './parse-parameters.ts';
import { ProjectScope } from './scope.ts';
import { SplitV1Parameters } from './split-parameters.ts';
import { SpreadsheetV1Parameters } from './spreadsheet-parameters.ts';

export const PRODUCT_TYPES = [
  'split_v1',
  'extract_v2',
  'classify_v2',
  'parse_v2',
  'spreadsheet_v1',
  'unknown',
] as const;

/** Parameters of no product that has a schema: any fields beside the product's name. */
export const UntypedParameters = Type.Object(
  { product_type: Type.Literal('unknown') },
  { $id: 'UntypedParameters', additionalProperties: true },
);

/** What a configuration holds; `product_type` says which. */
export const ConfigurationParameters = Type.Union(
  [
    ParseV2Parameters,
    ExtractV2Parameters,
    ClassifyV2Parameters,
    SplitV1Parameters,
    SpreadsheetV1Parameters,
    UntypedParameters,
  ],
  { discriminator: { propertyName: 'product_type' } },
);
export type ConfigurationParameters = Static<typeof ConfigurationParameters>;

const Name = Type.String({ minLength: 1, maxLength: 255 });

/** Contract section 7. */
export const Configuration = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    product_type: OneOf(PRODUCT_TYPES),
    version: Type.String({ description: 'Time of the last change of the parameters.' }),
    parameters: ConfigurationParameters,
    ...Timestamps,
  },
  { $id: 'Configuration' },
);
export type Configuration = Static<typeof Configuration>;

export const ConfigurationPage = Page(Configuration, 'ConfigurationPage');
export type ConfigurationPage = Static<typeof ConfigurationPage>;

export const ConfigurationCreateBody = Type.Object(
  { name: Name, parameters: ConfigurationParameters },
  { $id: 'ConfigurationCreate' },
);
export type ConfigurationCreateBody = Static<typeof ConfigurationCreateBody>;

/** Null or absent leaves a field as it is. */
export const ConfigurationUpdateBody = Type.Object(
  { name: Type.Optional(Nullable(Name)), parameters: Type.Optional(Nullable(ConfigurationParameters)) },
  { $id: 'ConfigurationUpdate' },
);
export type ConfigurationUpdateBody = Static<typeof ConfigurationUpdateBody>;

export const ConfigurationParams = Type.Object({ config_id: Type.String() });
export type ConfigurationParams = Static<typeof ConfigurationParams>;

export const ConfigurationListQuery = Type.Object({
  product_type: Type.Optional(Type.Array(OneOf(PRODUCT_TYPES))),
  name: Type.Optional(Type.String({ description: 'Exact name.' })),
  latest_only: Type.Optional(
    Type.Boolean({ default: false, description: 'Changes nothing: one configuration per name is kept.' }),
  ),
  ...ProjectScope,
  ...PageQuery,
});
export type ConfigurationListQuery = Static<typeof ConfigurationListQuery>;

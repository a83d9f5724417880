import { Type, type Static } from 'typebox';

import { AnyObject } from './fields.ts';

/** Body of `POST /api/v2/extract/schema/validation` (contract section 9). */
export const ExtractSchemaValidateBody = Type.Object(
  { data_schema: AnyObject({ description: 'JSON Schema of the data; its root is an object.' }) },
  { $id: 'ExtractSchemaValidate' },
);
export type ExtractSchemaValidateBody = Static<typeof ExtractSchemaValidateBody>;

/** The same schema with references replaced by what they refer to, ready for a configuration. */
export const ExtractSchemaValidated = Type.Object(
  { data_schema: AnyObject() },
  { $id: 'ExtractSchemaValidated' },
);
export type ExtractSchemaValidated = Static<typeof ExtractSchemaValidated>;

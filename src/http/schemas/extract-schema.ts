import { Type, type Static } from 'typebox';

import { AnyObject, Maybe } from './fields.ts';

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

/** Body of `POST /api/v2/extract/schema/generate`: what a schema is to be made of. */
export const ExtractSchemaGenerateBody = Type.Object(
  {
    name: Maybe(Type.String({ maxLength: 255, description: "The configuration's name." })),
    prompt: Maybe(Type.String({ description: 'What the schema is for; it becomes its description.' })),
    file_id: Maybe(
      Type.String({ description: 'A document of the kind: its labels and tables become fields.' }),
    ),
    data_schema: Maybe(AnyObject({ description: 'Fields that are to be in it.' })),
  },
  { $id: 'ExtractSchemaGenerate' },
);
export type ExtractSchemaGenerateBody = Static<typeof ExtractSchemaGenerateBody>;

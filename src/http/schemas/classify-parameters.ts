import { Type, type Static } from 'typebox';

import { Maybe } from './fields.ts';

const ClassifyRule = Type.Object(
  {
    type: Type.String({
      minLength: 1,
      maxLength: 50,
      description: 'The kind of document that the rule is for.',
    }),
    description: Type.String({
      minLength: 10,
      maxLength: 2000,
      description: 'What such documents are like.',
    }),
  },
  { $id: 'ClassifyRule' },
);

const ClassifyParsing = Type.Object(
  {
    lang: Type.Optional(Type.String({ default: 'en', description: 'ISO 639-1 code of the language.' })),
    max_pages: Maybe(Type.Integer({ minimum: 1, description: 'Only the first so many pages.' })),
    target_pages: Maybe(Type.String({ description: 'Like `1,3,5-7`, counted from 1.' })),
  },
  { $id: 'ClassifyParsingConfiguration' },
);

/** A saved classify configuration (contract section 7). Sheaf keeps it; running it comes later. */
export const ClassifyV2Parameters = Type.Object(
  {
    product_type: Type.Literal('classify_v2'),
    rules: Type.Array(ClassifyRule, { minItems: 1 }),
    mode: Type.Optional(Type.Literal('FAST', { default: 'FAST' })),
    parsing_configuration: Maybe(ClassifyParsing),
  },
  { $id: 'ClassifyV2Parameters' },
);
export type ClassifyV2Parameters = Static<typeof ClassifyV2Parameters>;

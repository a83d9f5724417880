import { Type, type Static } from 'typebox';

import { Maybe, OneOf } from './fields.ts';

const SplitCategory = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    description: Maybe(
      Type.String({ minLength: 1, maxLength: 2000, description: 'What belongs to the category.' }),
    ),
  },
  { $id: 'SplitCategory' },
);

const SplitStrategy = Type.Object(
  {
    allow_uncategorized: Type.Optional(
      OneOf(['include', 'forbid', 'omit'], {
        default: 'include',
        description: 'What becomes of pages that fit no category.',
      }),
    ),
    custom_instructions: Maybe(Type.String({ description: 'Where a segment begins, in words.' })),
    min_pages_per_split: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Shorter segments join a neighbour; 1 keeps all.' }),
    ),
  },
  { $id: 'SplitStrategy' },
);

/** A saved split configuration (contract section 7). Sheaf keeps it; running it comes later. */
export const SplitV1Parameters = Type.Object(
  {
    product_type: Type.Literal('split_v1'),
    categories: Type.Array(SplitCategory, { minItems: 1, maxItems: 500 }),
    splitting_strategy: Type.Optional(SplitStrategy),
  },
  { $id: 'SplitV1Parameters' },
);
export type SplitV1Parameters = Static<typeof SplitV1Parameters>;

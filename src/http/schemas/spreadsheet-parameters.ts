import { Type, type Static } from 'typebox';

import { Maybe, OneOf } from './fields.ts';

const flag = (byDefault: boolean, description: string) =>
  Type.Optional(Type.Boolean({ default: byDefault, description }));

/** A saved spreadsheet configuration (contract section 7). Sheaf keeps it; running it comes later. */
export const SpreadsheetV1Parameters = Type.Object(
  {
    product_type: Type.Literal('spreadsheet_v1'),
    tier: Type.Optional(OneOf(['cost_effective', 'agentic'], { default: 'agentic' })),
    sheet_names: Maybe(Type.Array(Type.String(), { description: 'Only these sheets; empty means all.' })),
    include_hidden_cells: flag(true, 'Read hidden cells too.'),
    extraction_range: Maybe(Type.String({ description: 'One range in A1 notation instead of the sheet.' })),
    generate_additional_metadata: flag(true, 'Give each region a title and a description.'),
    use_experimental_processing: flag(false, 'Use what is not released yet.'),
    flatten_hierarchical_tables: flag(false, 'Flatten tables whose rows or columns are grouped.'),
    table_merge_sensitivity: Type.Optional(
      OneOf(['strong', 'weak'], {
        default: 'strong',
        description: 'How readily similar regions are joined.',
      }),
    ),
    specialization: Maybe(Type.String({ description: 'The field that the tables are from.' })),
  },
  { $id: 'SpreadsheetV1Parameters' },
);
export type SpreadsheetV1Parameters = Static<typeof SpreadsheetV1Parameters>;

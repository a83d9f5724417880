import { Type, type Static } from 'typebox';
import { Maybe, OneOf } from './fields.ts';

export const BatchCheckProblem = Type.Object(
  {
    directory_file_id: Type.String(),
    display_name: Type.String(),
    size_bytes: Maybe(Type.Integer({ minimum: 0, description: 'Null when the file is gone.' })),
    verdict: OneOf(['will_fail', 'warning']),
    error_code: Maybe(Type.String({ description: "What the file's job would end with." })),
    message: Type.String(),
    duplicate_of: Maybe(
      Type.String({ description: 'The first directory file of the batch with the same bytes.' }),
    ),
  },
  { $id: 'BatchCheckProblem', description: 'An addition of Sheaf.' },
);
export type BatchCheckProblem = Static<typeof BatchCheckProblem>;

/** What would become of a batch, as far as that can be told without parsing. */
export const BatchCheck = Type.Object(
  {
    total_files: Type.Integer({ minimum: 0 }),
    checked_files: Type.Integer({
      minimum: 0,
      description: 'Less than `total_files` when the check stopped after ten seconds or 1,000 problems.',
    }),
    will_fail: Type.Integer({ minimum: 0 }),
    warnings: Type.Integer({ minimum: 0 }),
    total_bytes: Type.Integer({ minimum: 0 }),
    problems: Type.Array(BatchCheckProblem),
  },
  { $id: 'BatchCheck', description: 'An addition of Sheaf.' },
);
export type BatchCheck = Static<typeof BatchCheck>;

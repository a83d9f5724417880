import { Type, type Static } from 'typebox';

import { BATCH_FILE_STATUSES } from '../../model/batch-file-states.ts';
import { DateTime, Maybe, OneOf } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';

/** A file of a batch with what became of it. */
export const BatchFileRow = Type.Object(
  {
    position: Type.Integer({ minimum: 0, description: "Its place in the batch's order." }),
    directory_file_id: Type.String(),
    file_id: Type.String(),
    display_name: Type.String({ description: 'As it was when the batch was made.' }),
    status: OneOf(BATCH_FILE_STATUSES, {
      description: "Its job's; `DELETED` when the job was deleted.",
    }),
    job_id: Maybe(Type.String()),
    pages: Maybe(Type.Integer({ minimum: 0 })),
    seconds: Maybe(Type.Number({ minimum: 0, description: 'From its start to its end, or until now.' })),
    error_code: Maybe(Type.String()),
    error_message: Maybe(Type.String()),
    error_mend: Maybe(Type.String({ description: 'What can be done about it.' })),
    started_at: Maybe(DateTime()),
    finished_at: Maybe(DateTime()),
  },
  { $id: 'BatchFileRow', description: 'An addition of Sheaf.' },
);
export type BatchFileRow = Static<typeof BatchFileRow>;

export const BatchFilePage = Page(BatchFileRow, 'BatchFilePage');

export const BatchFileListQuery = Type.Object({
  status: Type.Optional(OneOf(BATCH_FILE_STATUSES)),
  ...ProjectScope,
  ...PageQuery,
});

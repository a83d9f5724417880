import { Type, type Static } from 'typebox';

import { DateTime, Maybe, OneOf } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';

/** Contract section 11. Statuses are lower-case here, and only here (contract 13.19). */
export const JobDataPoint = Type.Object(
  {
    id: Type.String(),
    project_id: Type.String(),
    created_at: DateTime(),
    updated_at: DateTime(),
    status: Type.String(),
    custom_tag: Type.String({ description: "The job's `client_name`; empty where it has none." }),
    error_message: Maybe(Type.String()),
    state_transitions: Type.Optional(
      Type.Object(
        {
          pending_at: Maybe(DateTime()),
          throttled_at: Maybe(DateTime({ description: 'Always null: jobs are not THROTTLED, batches are.' })),
          running_at: Maybe(DateTime({ description: 'When the job began to run, the first time.' })),
          completed_at: Maybe(DateTime()),
          failed_at: Maybe(DateTime()),
          cancelled_at: Maybe(DateTime()),
        },
        { $id: 'JobStateTransitions' },
      ),
    ),
  },
  { $id: 'JobDataPoint' },
);
export type JobDataPoint = Static<typeof JobDataPoint>;

export const JobDataPointPage = Page(JobDataPoint, 'JobDataPointPage');
export type JobDataPointPage = Static<typeof JobDataPointPage>;

export const JobDataPointListQuery = Type.Object({
  job_type: OneOf(['extract', 'parse', 'classify']),
  hours: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 168,
      description: 'Hours to look back; 1, unless created_at_on_or_after is given.',
    }),
  ),
  status: Type.Optional(Type.Array(Type.String(), { description: 'In any of these.' })),
  created_at_on_or_after: Type.Optional(DateTime()),
  created_at_on_or_before: Type.Optional(DateTime()),
  ...ProjectScope,
  ...PageQuery,
});
export type JobDataPointListQuery = Static<typeof JobDataPointListQuery>;

import { Type, type Static } from 'typebox';

import { JOB_STATUSES } from '../../model/job-states.ts';
import { PARSE_TIERS } from '../../model/parse-presets.ts';
import { DateTime, MapOf, Maybe, OneOf, Timestamps } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';

/** Contract 8.2. */
export const ParseJob = Type.Object(
  {
    id: Type.String(),
    project_id: Type.String(),
    status: OneOf(JOB_STATUSES),
    error_message: Maybe(Type.String()),
    name: Maybe(Type.String({ description: 'Display name, usually the file name.' })),
    tier: Maybe(Type.String()),
    user_metadata: Maybe(MapOf(Type.String())),
    waiting_reason: Maybe(
      Type.String({ description: 'Why a PENDING job does not run yet. An addition of Sheaf.' }),
    ),
    usage: Maybe(Type.Object({ credits: Maybe(Type.Number()) }, { $id: 'ParseJobUsage' })),
    ...Timestamps,
  },
  { $id: 'ParseJob' },
);
export type ParseJob = Static<typeof ParseJob>;

export const ParseJobPage = Page(ParseJob, 'ParseJobPage');
export type ParseJobPage = Static<typeof ParseJobPage>;

/** Answer to `DELETE /api/v2/parse/{job_id}`: never an empty body (contract 13.5). */
export const ParseJobDeleted = Type.Object(
  { id: Type.String(), project_id: Type.String() },
  { $id: 'ParseJobDeleted' },
);
export type ParseJobDeleted = Static<typeof ParseJobDeleted>;

const Versions = Type.Array(Type.String());

/** Answer to `GET /api/v2/parse/versions`; an object of arrays keyed by tier. */
export const ParseVersions = Type.Object(
  {
    fast: Versions,
    cost_effective: Versions,
    agentic: Versions,
    agentic_plus: Versions,
    latest: Type.Record(OneOf(PARSE_TIERS), Type.String()),
  },
  { $id: 'ParseVersions' },
);
export type ParseVersions = Static<typeof ParseVersions>;

/** Text fields of `POST /api/v2/parse/upload`. */
export const ParseUploadFields = Type.Object({
  configuration: Type.String({
    description: 'The options of the job as JSON text: a ParseJobConfiguration.',
  }),
});

export const ParseJobParams = Type.Object({ job_id: Type.String() });
export type ParseJobParams = Static<typeof ParseJobParams>;

export const ParseJobListQuery = Type.Object({
  status: Type.Optional(OneOf(JOB_STATUSES)),
  job_ids: Type.Optional(Type.Array(Type.String())),
  created_at_on_or_after: Type.Optional(DateTime()),
  created_at_on_or_before: Type.Optional(DateTime()),
  ...ProjectScope,
  ...PageQuery,
});
export type ParseJobListQuery = Static<typeof ParseJobListQuery>;

/** Unknown `expand` values are ignored (contract 8.3). */
export const ParseResultQuery = Type.Object({
  expand: Type.Optional(Type.Array(Type.String())),
  image_filenames: Type.Optional(Type.Array(Type.String(), { description: 'Only these images.' })),
  ...ProjectScope,
});
export type ParseResultQuery = Static<typeof ParseResultQuery>;

import { Type, type Static } from 'typebox';

import { Timestamps } from './fields.ts';
import { Page, PageQuery } from './page.ts';

/** `GET /api/v1/projects*`: identifiers are UUIDs. */
export const ProjectV1 = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String({ minLength: 1, maxLength: 3000 }),
    organization_id: Type.String({ format: 'uuid' }),
    is_default: Type.Optional(Type.Boolean({ default: false })),
    ...Timestamps,
  },
  { $id: 'Project' },
);
export type ProjectV1 = Static<typeof ProjectV1>;

/** The v1 list is a bare array (contract 13.11). */
export const ProjectV1List = Type.Array(ProjectV1);

/** `GET /api/v2/projects*`: the same project, identifiers are plain strings. */
export const ProjectV2 = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    organization_id: Type.String(),
    is_default: Type.Optional(Type.Boolean({ default: false })),
    ...Timestamps,
  },
  { $id: 'ProjectV2' },
);
export type ProjectV2 = Static<typeof ProjectV2>;

export const ProjectV2Page = Page(ProjectV2, 'ProjectV2Page');
export type ProjectV2Page = Static<typeof ProjectV2Page>;

export const ProjectParams = Type.Object({ project_id: Type.String() });
export type ProjectParams = Static<typeof ProjectParams>;

export const ProjectGetQuery = Type.Object({ organization_id: Type.Optional(Type.String()) });
export type ProjectGetQuery = Static<typeof ProjectGetQuery>;

export const ProjectV1ListQuery = Type.Object({
  organization_id: Type.Optional(Type.String()),
  project_name: Type.Optional(Type.String({ description: 'Exact name.' })),
});
export type ProjectV1ListQuery = Static<typeof ProjectV1ListQuery>;

export const ProjectV2ListQuery = Type.Object({
  organization_id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String({ description: 'Exact name.' })),
  ...PageQuery,
});
export type ProjectV2ListQuery = Static<typeof ProjectV2ListQuery>;

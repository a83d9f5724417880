import { Type, type Static } from 'typebox';

import { AnyObject, DateTime, Maybe, Nullable, OneOf, Timestamps } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { ProjectScope } from './scope.ts';

export const DIRECTORY_TYPES = ['user', 'index', 'ephemeral'] as const;

/** Contract 5.1. */
export const Directory = Type.Object(
  {
    id: Type.String(),
    project_id: Type.String(),
    name: Type.String({ minLength: 1 }),
    description: Maybe(Type.String()),
    type: Maybe(OneOf(DIRECTORY_TYPES)),
    connector_subscription_id: Maybe(Type.String()),
    expires_at: Maybe(DateTime()),
    system_metadata: Maybe(AnyObject()),
    deleted_at: Maybe(DateTime()),
    ...Timestamps,
  },
  { $id: 'Directory' },
);
export type Directory = Static<typeof Directory>;

export const DirectoryPage = Page(Directory, 'DirectoryPage');
export type DirectoryPage = Static<typeof DirectoryPage>;

/** Unknown fields pass: older clients send some that the schema no longer names (contract 13.14). */
export const DirectoryCreateBody = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    description: Maybe(Type.String()),
    type: Type.Optional(OneOf(['user', 'ephemeral'], { default: 'user' })),
    connector_subscription_id: Maybe(Type.String()),
    system_metadata: Maybe(AnyObject()),
    expires_at: Type.Optional(
      Nullable(DateTime(), {
        description:
          'When an ephemeral directory and its files are no longer used. Default: 48 hours from now.',
      }),
    ),
  },
  { $id: 'DirectoryCreate' },
);
export type DirectoryCreateBody = Static<typeof DirectoryCreateBody>;

export const DirectoryUpdateBody = Type.Object(
  { name: Maybe(Type.String({ minLength: 1 })), description: Maybe(Type.String()) },
  { $id: 'DirectoryUpdate' },
);
export type DirectoryUpdateBody = Static<typeof DirectoryUpdateBody>;

export const DirectoryParams = Type.Object({ directory_id: Type.String() });
export type DirectoryParams = Static<typeof DirectoryParams>;

export const DirectoryListQuery = Type.Object({
  name: Type.Optional(Type.String({ description: 'Exact name.' })),
  type: Type.Optional(OneOf(DIRECTORY_TYPES)),
  types: Type.Optional(Type.Array(OneOf(DIRECTORY_TYPES))),
  include_deleted: Type.Optional(Type.Boolean({ default: false })),
  ...ProjectScope,
  ...PageQuery,
});
export type DirectoryListQuery = Static<typeof DirectoryListQuery>;

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

/** As long as a file's name may be. */
const DirectoryName = Type.String({ minLength: 1, maxLength: 3000 });
const Description = Type.String({ maxLength: 10_000 });

/** Unknown fields pass: older clients send some that the schema no longer names (contract 13.14). */
export const DirectoryCreateBody = Type.Object(
  {
    name: DirectoryName,
    description: Maybe(Description),
    type: Type.Optional(OneOf(['user', 'ephemeral'], { default: 'user' })),
    connector_subscription_id: Maybe(
      Type.String({ description: 'Kept and shown; Sheaf has no connectors, so that nothing syncs.' }),
    ),
    system_metadata: Maybe(AnyObject()),
    expires_at: Type.Optional(
      Nullable(DateTime(), {
        description:
          'When the directory and its files are gone. Default: 48 hours from now if it is ephemeral, else never.',
      }),
    ),
  },
  { $id: 'DirectoryCreate' },
);
export type DirectoryCreateBody = Static<typeof DirectoryCreateBody>;

export const DirectoryUpdateBody = Type.Object(
  {
    name: Maybe(DirectoryName),
    description: Maybe(Description, { description: 'Null takes it away.' }),
  },
  { $id: 'DirectoryUpdate' },
);
export type DirectoryUpdateBody = Static<typeof DirectoryUpdateBody>;

export const DirectoryParams = Type.Object({ directory_id: Type.String() });
export type DirectoryParams = Static<typeof DirectoryParams>;

export const DirectoryListQuery = Type.Object({
  name: Type.Optional(Type.String({ description: 'Exact name.' })),
  type: Type.Optional(OneOf(DIRECTORY_TYPES)),
  types: Type.Optional(
    Type.Array(OneOf(DIRECTORY_TYPES), { description: 'Any of these, and the one given as `type`.' }),
  ),
  include_deleted: Type.Optional(
    Type.Boolean({ default: false, description: 'Show deleted and expired directories too.' }),
  ),
  ...ProjectScope,
  ...PageQuery,
});
export type DirectoryListQuery = Static<typeof DirectoryListQuery>;

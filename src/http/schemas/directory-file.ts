import { Type, type Static } from 'typebox';

import { DateTime, MapOf, Maybe, Timestamps } from './fields.ts';
import { Page, PageQuery } from './page.ts';
import { PresignedUrl } from './presigned-url.ts';
import { ProjectScope } from './scope.ts';

/** Free labels on a file: scalars, or a list of strings (contract 5.2). */
export const Metadata = MapOf(
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Type.String())]),
  { $id: 'Metadata' },
);
export type Metadata = Static<typeof Metadata>;

export const DirectoryFile = Type.Object(
  {
    id: Type.String(),
    project_id: Type.String(),
    directory_id: Type.String(),
    unique_id: Type.String({ minLength: 1 }),
    display_name: Type.String({ minLength: 1 }),
    file_id: Maybe(Type.String()),
    metadata: Type.Optional(Metadata),
    deleted_at: Maybe(DateTime()),
    download_url: Maybe(PresignedUrl),
    ...Timestamps,
  },
  { $id: 'DirectoryFile' },
);
export type DirectoryFile = Static<typeof DirectoryFile>;

export const DirectoryFilePage = Page(DirectoryFile, 'DirectoryFilePage');
export type DirectoryFilePage = Static<typeof DirectoryFilePage>;

export const DirectoryFileCreateBody = Type.Object(
  {
    file_id: Type.String(),
    unique_id: Maybe(
      Type.String({
        description: "Default: the file's external_file_id, else its name; that gives way to a taken one.",
      }),
    ),
    display_name: Maybe(Type.String({ description: "Default: the file's name." })),
    metadata: Maybe(Metadata),
  },
  { $id: 'DirectoryFileCreate' },
);
export type DirectoryFileCreateBody = Static<typeof DirectoryFileCreateBody>;

/** Text fields of the upload form; the file itself is the part `upload_file`. */
export const DirectoryFileUploadFields = Type.Object({
  unique_id: Type.Optional(Type.String()),
  display_name: Type.Optional(Type.String()),
  external_file_id: Type.Optional(Type.String()),
  metadata: Type.Optional(Type.String({ description: 'A JSON object, as text.' })),
});
export type DirectoryFileUploadFields = Static<typeof DirectoryFileUploadFields>;

export const DirectoryFileUpdateBody = Type.Object(
  {
    unique_id: Maybe(Type.String({ minLength: 1 })),
    display_name: Maybe(Type.String()),
    target_directory_id: Maybe(Type.String({ description: 'Moves the file to this directory.' })),
    metadata: Maybe(Metadata, { description: 'Takes the place of all there is; null takes it away.' }),
  },
  { $id: 'DirectoryFileUpdate' },
);
export type DirectoryFileUpdateBody = Static<typeof DirectoryFileUpdateBody>;

export const DirectoryFileBulkDeleteBody = Type.Object(
  { directory_file_ids: Type.Array(Type.String(), { minItems: 1, maxItems: 100 }) },
  { $id: 'DirectoryFileBulkDelete' },
);
export type DirectoryFileBulkDeleteBody = Static<typeof DirectoryFileBulkDeleteBody>;

export const DirectoryFileParams = Type.Object({
  directory_id: Type.String(),
  directory_file_id: Type.String(),
});
export type DirectoryFileParams = Static<typeof DirectoryFileParams>;

const expand = Type.Optional(
  Type.Array(Type.String(), { description: '`download_url`; others are ignored.' }),
);

export const DirectoryFileGetQuery = Type.Object({ expand, ...ProjectScope });
export type DirectoryFileGetQuery = Static<typeof DirectoryFileGetQuery>;

export const DirectoryFileListQuery = Type.Object({
  display_name: Type.Optional(Type.String({ description: 'Exact name.' })),
  display_name_contains: Type.Optional(
    Type.String({ description: 'A part of the name, in any case of letters.' }),
  ),
  unique_id: Type.Optional(Type.String()),
  file_id: Type.Optional(Type.String()),
  include_deleted: Type.Optional(Type.Boolean({ default: false })),
  updated_at_on_or_after: Type.Optional(DateTime({ description: 'Inclusive; without an offset it is UTC.' })),
  updated_at_on_or_before: Type.Optional(
    DateTime({ description: 'Inclusive; without an offset it is UTC.' }),
  ),
  expand,
  ...ProjectScope,
  ...PageQuery,
});
export type DirectoryFileListQuery = Static<typeof DirectoryFileListQuery>;

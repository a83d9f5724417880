import { Type, type Static } from 'typebox';

import { DateTime, Maybe, OneOf } from './fields.ts';
import { FILE_SORT_FIELDS } from '../../services/files.ts';
import { MAX_PAGE_SIZE } from '../../services/paging.ts';
import { Page, PageQuery } from './page.ts';
import { PresignedUrl } from './presigned-url.ts';
import { ProjectScope } from './scope.ts';

/** What an uploaded file is for (contract section 6). */
export const FILE_PURPOSES = [
  'user_data',
  'parse',
  'extract',
  'split',
  'classify',
  'sheet',
  'agent_app',
] as const;

/** Longest file name that is kept, in characters. */
export const MAX_FILE_NAME_LENGTH = 3000;

/** Longest external id that is kept, in characters. */
const MAX_EXTERNAL_ID_LENGTH = 3000;

const FileId = Type.String({ format: 'uuid' });

export const FileV2 = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ minLength: 1, maxLength: MAX_FILE_NAME_LENGTH }),
    project_id: Type.String({ format: 'uuid' }),
    external_file_id: Maybe(Type.String()),
    file_type: Maybe(
      Type.String({ minLength: 1, maxLength: 3000, description: 'Extension without its dot.' }),
    ),
    last_modified_at: Maybe(DateTime()),
    expires_at: Maybe(DateTime()),
    purpose: Maybe(Type.String()),
    download_url: Maybe(PresignedUrl),
  },
  { $id: 'File' },
);
export type FileV2 = Static<typeof FileV2>;

export const FileV2Page = Page(FileV2, 'FilePage');
export type FileV2Page = Static<typeof FileV2Page>;

/** Text fields of the upload form; the file itself is the part `file`. */
export const FileUploadFields = Type.Object({
  purpose: OneOf(FILE_PURPOSES, { description: 'Decides how long the file is kept.' }),
  external_file_id: Type.Optional(Type.String({ maxLength: MAX_EXTERNAL_ID_LENGTH })),
});
export type FileUploadFields = Static<typeof FileUploadFields>;

export const FileParams = Type.Object({ file_id: FileId });
export type FileParams = Static<typeof FileParams>;

const expand = Type.Optional(
  Type.Array(Type.String(), { description: '`download_url`; others are ignored.' }),
);

export const FileGetQuery = Type.Object({ expand, ...ProjectScope });
export type FileGetQuery = Static<typeof FileGetQuery>;

export const FileContentQuery = Type.Object({
  expires_at_seconds: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Life of the link, in seconds.' }),
  ),
  ...ProjectScope,
});
export type FileContentQuery = Static<typeof FileContentQuery>;

export const FileListQuery = Type.Object({
  file_ids: Type.Optional(Type.Array(FileId)),
  file_name: Type.Optional(Type.String({ description: 'Exact name.' })),
  external_file_id: Type.Optional(Type.String()),
  order_by: Type.Optional(
    OneOf(FILE_SORT_FIELDS, { description: 'name or id (ascending) or created_at (newest first).' }),
  ),
  expand,
  ...ProjectScope,
  ...PageQuery,
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
});
export type FileListQuery = Static<typeof FileListQuery>;

/** Body of the deprecated `POST /api/v1/beta/files/query`; a null field counts as absent. */
export const FileQueryBody = Type.Object(
  {
    filter: Maybe(
      Type.Object({
        project_id: Maybe(Type.String({ format: 'uuid', description: "The key's own project, if given." })),
        file_ids: Maybe(Type.Array(FileId)),
        file_name: Maybe(Type.String({ description: 'Exact name.' })),
        data_source_id: Maybe(
          Type.String({ format: 'uuid', description: 'There are no data sources: no file matches.' }),
        ),
        external_file_id: Maybe(Type.String()),
        only_manually_uploaded: Maybe(
          Type.Boolean({ description: 'Every file was uploaded: says nothing.' }),
        ),
      }),
    ),
    order_by: Maybe(
      Type.String({
        description: 'Fields name, id and created_at, comma-separated, each with asc (default) or desc.',
      }),
    ),
    page_size: Maybe(
      Type.Integer({ minimum: 1, description: `More than ${MAX_PAGE_SIZE} counts as ${MAX_PAGE_SIZE}.` }),
    ),
    page_token: Maybe(Type.String()),
  },
  { $id: 'FileQuery' },
);
export type FileQueryBody = Static<typeof FileQueryBody>;

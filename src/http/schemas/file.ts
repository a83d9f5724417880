import { Type, type Static } from 'typebox';

import { DateTime, Maybe } from './fields.ts';
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

/** Orders that the file list knows; the last is newest first. */
export const FILE_ORDERS = ['name', 'id', 'created_at'] as const;

/** Longest file name that is kept, in characters. */
export const MAX_FILE_NAME_LENGTH = 3000;

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
  purpose: Type.String({ description: `One of ${FILE_PURPOSES.join(', ')}.` }),
  external_file_id: Type.Optional(Type.String()),
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
    Type.String({ description: 'name or id (ascending) or created_at (newest first).' }),
  ),
  expand,
  ...ProjectScope,
  ...PageQuery,
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
});
export type FileListQuery = Static<typeof FileListQuery>;

import { notFound } from '../../../errors.ts';
import type { FileListQuery as ListQuery } from '../../../services/files.ts';
import type { FileListQuery, FileQueryBody } from '../../schemas/file.ts';
import { readOrderBy } from './order-by.ts';

/** What `GET /api/v1/beta/files` asks for. */
export function toListQuery(query: FileListQuery): ListQuery {
  const { order_by: field } = query;
  return {
    ids: query.file_ids,
    name: query.file_name,
    externalFileId: query.external_file_id,
    sorts: field && [{ field, descending: field === 'created_at' }],
    pageSize: query.page_size,
    pageToken: query.page_token,
  };
}

/**
 * What `POST /api/v1/beta/files/query` asks for.
 * `only_manually_uploaded` is not passed on: every file was uploaded. Empty texts count as absent, as in a query.
 * @throws a 422 for an order that is not known
 */
export function toBodyQuery({
  filter,
  order_by: orderBy,
  page_size: size,
  page_token: token,
}: FileQueryBody): ListQuery {
  return {
    ids: filter?.file_ids ?? undefined,
    name: filter?.file_name || undefined,
    externalFileId: filter?.external_file_id || undefined,
    dataSourceId: filter?.data_source_id ?? undefined,
    sorts: orderBy ? readOrderBy(orderBy) : undefined,
    pageSize: size ?? undefined,
    pageToken: token ?? undefined,
  };
}

/** A key belongs to one project: the filter can only confirm it, as the query can. @throws NOT_FOUND */
export function confirmProject({ filter }: FileQueryBody, projectId: string): void {
  const given = filter?.project_id ?? projectId;
  if (given.toLowerCase() !== projectId.toLowerCase()) throw notFound('Project');
}

import { call, type Page } from './client.ts';
import type { Directory, DirectoryFile, DirectoryFilePage, DirectoryPage } from './wire.ts';

export const DIRECTORY_TYPES = ['user', 'ephemeral', 'index'] as const;
const PAGE_SIZE = 200;
/** As many as one request may delete. */
const MOST_DELETED_AT_ONCE = 100;

const PATH = '/api/v1/beta/directories';
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
const filePath = ({ id, directory_id: directoryId }: DirectoryFile): string =>
  `${pathOf(directoryId)}/files/${encodeURIComponent(id)}`;

export interface DirectoryFilter {
  readonly name: string;
  readonly type: string;
}

export interface DirectoryWish {
  readonly name: string;
  readonly type: 'user' | 'ephemeral';
  readonly description?: string;
}

export const listDirectories = (
  filter: DirectoryFilter,
  pageToken: string | undefined,
  signal: AbortSignal,
) => call<DirectoryPage>(PATH, { query: { ...filter, page_size: PAGE_SIZE, page_token: pageToken }, signal });
export const getDirectory = (id: string, signal: AbortSignal) => call<Directory>(pathOf(id), { signal });
export const createDirectory = (wish: DirectoryWish) => call<Directory>(PATH, { method: 'POST', body: wish });
export const deleteDirectory = (id: string) => call<undefined>(pathOf(id), { method: 'DELETE' });

export const listDirectoryFiles = (
  id: string,
  named: string,
  pageToken: string | undefined,
  signal: AbortSignal,
): Promise<Page<DirectoryFile>> =>
  call<DirectoryFilePage>(`${pathOf(id)}/files`, {
    query: { display_name_contains: named, page_size: PAGE_SIZE, page_token: pageToken },
    signal,
  });

/** Takes one file into the directory. */
export function uploadFile(id: string, file: File, name = file.name): Promise<DirectoryFile> {
  const form = new FormData();
  form.append('upload_file', file, name);
  return call<DirectoryFile>(`${pathOf(id)}/files/upload`, { method: 'POST', body: form });
}

/** Deletes any number, a hundred at a time. */
export async function deleteFiles(id: string, files: readonly DirectoryFile[]): Promise<void> {
  for (let from = 0; from < files.length; from += MOST_DELETED_AT_ONCE) {
    const ids = files.slice(from, from + MOST_DELETED_AT_ONCE).map((file) => file.id);
    await call<undefined>(`${pathOf(id)}/files/bulk-delete`, {
      method: 'POST',
      body: { directory_file_ids: ids },
    });
  }
}

/** A link to the file's bytes that is good for a while. */
export async function downloadLink(file: DirectoryFile): Promise<string | undefined> {
  const { download_url: link } = await call<DirectoryFile>(filePath(file), {
    query: { expand: 'download_url' },
  });
  return link?.url;
}

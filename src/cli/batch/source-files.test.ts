import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findSourceFiles } from './source-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '.sheaf-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('files of sub-folders too, sorted, by their names inside the folder; what is hidden is left out', async () => {
  const names = [
    'b.pdf',
    'a.pdf',
    'sub/deep/c.pdf',
    'sub/a b.pdf',
    '.hidden.pdf',
    '.git/config',
    'sub/.DS_Store',
  ];
  for (const name of names) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), name);
  }
  await mkdir(join(folder, 'empty'));
  await symlink(join(folder, 'a.pdf'), join(folder, 'link.pdf'));
  const files = await findSourceFiles(folder);
  expect(files.map((file) => file.name)).toEqual(['a.pdf', 'b.pdf', 'sub/a b.pdf', 'sub/deep/c.pdf']);
  expect(files[2]?.path).toBe(join(folder, 'sub/a b.pdf'));
});

test('a folder that is not there, and one that is a file, are told', async () => {
  await expect(findSourceFiles(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
  await writeFile(join(folder, 'file'), '');
  await expect(findSourceFiles(join(folder, 'file'))).rejects.toThrow('ENOTDIR');
});

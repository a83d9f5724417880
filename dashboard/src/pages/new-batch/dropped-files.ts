/** A file that was chosen, with its path inside the chosen folder. */
export interface ChosenFile {
  readonly path: string;
  readonly file: File;
}

/** Files that systems leave in folders and nobody means. */
const LITTER = /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|~\$[^/]*)$/i;
const isMeant = ({ path }: ChosenFile): boolean => !LITTER.test(path);

/** Everything that was dropped, folders with all that is in them. Must be called while the event is handled. */
export async function droppedFiles(data: DataTransfer): Promise<ChosenFile[]> {
  // Entries are gone once the handler returns, so all are taken before the first wait.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(data.files);
  const files = await Promise.all(entries.map((entry) => filesOf(entry)));
  return files.flat().filter(isMeant);
}

/** What a file dialog gave; of a folder, with paths. */
export function pickedFiles(list: Iterable<File>): ChosenFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })).filter(isMeant);
}

async function filesOf(entry: FileSystemEntry): Promise<ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: ChosenFile[] = [];
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesOf(one)));
  }
}

/** The folder's name when all files are in one, else today. */
export function directoryNameOf(files: readonly ChosenFile[]): string {
  const folders = new Set(
    files.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')),
  );
  const [only] = folders;
  if (folders.size === 1 && only) return only;
  return files.length === 1 && files[0]
    ? files[0].path
    : `Upload of ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`;
}

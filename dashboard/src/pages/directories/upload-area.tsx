import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { uploadFile } from '../../api/directories.ts';
import { messageOf } from '../../api/errors.ts';
import { FileButton, FileDrop } from '../../components/file-drop.tsx';
import { announce } from '../../components/toasts.tsx';
import { formatCount } from '../../format/numbers.ts';

/** Requests at the same time. */
const AT_ONCE = 3;

interface Upload {
  readonly done: number;
  readonly of: number;
}

/** Takes files by dropping or choosing them, a few at a time. */
export function UploadArea({ directoryId }: { readonly directoryId: string }) {
  const queries = useQueryClient();
  const [upload, setUpload] = useState<Upload | null>(null);

  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0) return;
    const waiting = [...files];
    let failed = 0;
    setUpload({ done: 0, of: files.length });
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        const { name } = file;
        await uploadFile(directoryId, file).catch((error: unknown) => {
          failed += 1;
          announce(`${name}: ${messageOf(error)}`, 'bad');
        });
        setUpload((before) => before && { ...before, done: before.done + 1 });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setUpload(null);
    const taken = files.length - failed;
    if (taken > 0) announce(`${formatCount(taken, 'file')} uploaded.`);
    void queries.invalidateQueries({ queryKey: ['directory-files', directoryId] });
  };

  return (
    <FileDrop look="line" onDrop={({ files }) => void take([...files])}>
      <Upload aria-hidden />
      <span role="status">
        {upload === null ? 'Drop files here, or' : `Uploading ${upload.done + 1} of ${upload.of} …`}
      </span>
      <FileButton label="Files to upload" busy={upload !== null} onFiles={(files) => void take(files)}>
        Choose files
      </FileButton>
    </FileDrop>
  );
}

import { FolderUp } from 'lucide-react';
import { FileButton, FileDrop } from '../../components/file-drop.tsx';
import { droppedFiles, pickedFiles, type ChosenFile } from './dropped-files.ts';

/** Takes a folder or files, dropped or chosen in a dialog. */
export function FileChoice({ onFiles }: { readonly onFiles: (files: ChosenFile[]) => void }) {
  const pick = (files: readonly File[]) => onFiles(pickedFiles(files));
  return (
    <FileDrop look="box" onDrop={(data) => void droppedFiles(data).then(onFiles)}>
      <FolderUp aria-hidden />
      <p>Drop a folder or files here</p>
      <div className="drop-buttons">
        <FileButton label="Folder" folder onFiles={pick}>
          Choose a folder
        </FileButton>
        <FileButton label="Files" onFiles={pick}>
          Choose files
        </FileButton>
      </div>
    </FileDrop>
  );
}

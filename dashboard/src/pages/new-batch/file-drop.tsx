import { FolderUp } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { droppedFiles, pickedFiles, type ChosenFile } from './dropped-files.ts';

/** Takes a folder or files, dropped or chosen in a dialog. */
export function FileDrop({ onFiles }: { readonly onFiles: (files: ChosenFile[]) => void }) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer).then(onFiles);
  };
  return (
    <div
      className={`drop ${over ? 'is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FolderUp aria-hidden />
      <p>Drop a folder or files here</p>
      <div className="drop-buttons">
        <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
        <Button onClick={() => files.current?.click()}>Choose files</Button>
      </div>
      <input
        ref={(input) => {
          folder.current = input;
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label="Folder"
        onChange={({ target }) => target.files && onFiles(pickedFiles(target.files))}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={({ target }) => target.files && onFiles(pickedFiles(target.files))}
      />
    </div>
  );
}

import { useRef, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';

interface FileDropProps {
  /** A box that invites, or a line above a list. */
  readonly look: 'box' | 'line';
  /** Called while the event is handled: what was dropped is gone afterwards. */
  readonly onDrop: (data: DataTransfer) => void;
  readonly children: ReactNode;
}

/** Takes files by dropping them on it. */
export function FileDrop({ look, onDrop, children }: FileDropProps) {
  const [over, setOver] = useState(false);
  return (
    <div
      className={`drop drop-${look} ${over ? 'is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer);
      }}
    >
      {children}
    </div>
  );
}

interface FileButtonProps {
  /** What the field of the dialog is called. */
  readonly label: string;
  /** A whole folder in place of single files. */
  readonly folder?: boolean;
  readonly busy?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: ReactNode;
}

/** Takes files by choosing them in a dialog. */
export function FileButton({ label, folder = false, busy = false, onFiles, children }: FileButtonProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button busy={busy} onClick={() => field.current?.click()}>
        {children}
      </Button>
      <input
        ref={(input) => {
          field.current = input;
          if (input) input.webkitdirectory = folder;
        }}
        type="file"
        multiple={!folder}
        hidden
        aria-label={label}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // The same files may be chosen again.
          target.value = '';
          onFiles(files);
        }}
      />
    </>
  );
}

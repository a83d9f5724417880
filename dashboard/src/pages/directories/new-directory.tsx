import { useState } from 'react';
import { createDirectory } from '../../api/directories.ts';
import type { Directory } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { useAction } from '../../components/use-action.ts';

interface NewDirectoryProps {
  readonly onMade: (directory: Directory) => void;
  readonly onClose: () => void;
}

/** A name, and whether it goes by itself. */
export function NewDirectory({ onMade, onClose }: NewDirectoryProps) {
  const [name, setName] = useState('');
  const [ephemeral, setEphemeral] = useState(false);
  const make = useAction(createDirectory, { refresh: [['directories']], onDone: onMade });
  const submit = (): void => {
    if (name.trim() !== '') make.mutate({ name: name.trim(), type: ephemeral ? 'ephemeral' : 'user' });
  };
  return (
    <Dialog
      title="New directory"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button look="primary" disabled={name.trim() === ''} busy={make.isPending} onClick={submit}>
            Make it
          </Button>
        </>
      }
    >
      <form
        className="editor-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Name">
          {(control) => (
            <input
              {...control}
              autoFocus
              maxLength={3000}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="choices">
          <label>
            <input type="checkbox" checked={ephemeral} onChange={() => setEphemeral(!ephemeral)} />
            Remove it with its files after 48 hours
          </label>
        </div>
      </form>
    </Dialog>
  );
}

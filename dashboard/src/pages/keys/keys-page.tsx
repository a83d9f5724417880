import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { createKey, listKeys, revokeKey, type ApiKey } from '../../api/keys.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState, Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { formatCount } from '../../format/numbers.ts';
import { signOut } from '../../session/session.ts';

const KEY = ['keys'];
const idOf = ({ id }: ApiKey): string => id;

/** Who may call: the keys of the project. */
export default function KeysPage() {
  const keys = useQuery({ queryKey: KEY, queryFn: ({ signal }) => listKeys(signal) });
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  const revoke = useAction((key: ApiKey) => revokeKey(key.id, key.is_current).then(() => key), {
    says: (key) => `The key “${key.name}” is revoked.`,
    refresh: [KEY],
    onDone(key) {
      setLeaving(null);
      if (key.is_current) signOut('You revoked the key that you were signed in with.');
    },
  });
  const columns = useMemo(() => columnsOf(setLeaving), []);
  const usable = keys.data?.filter((key) => key.revoked_at === null).length ?? 0;

  return (
    <Page
      title="Keys"
      lead={keys.data && `${formatCount(usable, 'key')} in use`}
      actions={
        <Button look="primary" icon={<KeyRound aria-hidden />} onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {keys.isPending && <LoadingState label="Loading keys …" />}
      {keys.isError && <ErrorState error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && (
        <EmptyState title="No keys">Make one for each program that calls.</EmptyState>
      )}
      {keys.data && keys.data.length > 0 && (
        <DataTable label="Keys" rows={keys.data} columns={columns} rowId={idOf} />
      )}
      {making && <NewKey onClose={() => setMaking(false)} />}
      {leaving && (
        <Confirm
          title={`Revoke “${leaving.name}”?`}
          action="Revoke it"
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate(leaving)}
          onClose={() => setLeaving(null)}
        >
          {leaving.is_current
            ? 'You are signed in with this key: you will be signed out. It cannot be brought back.'
            : 'Programs that use it are refused within a second. It cannot be brought back.'}
        </Confirm>
      )}
    </Page>
  );
}

const columnsOf = (onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] => [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(160px, 2fr)',
    sortBy: ({ name }) => name,
    cell: (key) => (
      <span className="truncate">
        {key.name || 'unnamed'} {key.is_current && <span className="badge badge-neutral">this one</span>}
      </span>
    ),
  },
  {
    id: 'id',
    header: 'Id',
    width: 'minmax(120px, 1.4fr)',
    from: 1200,
    cell: ({ id }) => <code className="truncate">{id}</code>,
  },
  {
    id: 'state',
    header: 'State',
    width: '104px',
    cell: ({ revoked_at }) =>
      revoked_at === null ? (
        <span className="badge badge-good">In use</span>
      ) : (
        <span className="badge badge-neutral">Revoked</span>
      ),
  },
  {
    id: 'used',
    header: 'Last used',
    width: '120px',
    sortBy: ({ last_used_at }) => last_used_at ?? '',
    cell: ({ last_used_at }) => <Time at={last_used_at} absent="never" />,
  },
  {
    id: 'created',
    header: 'Created',
    width: '120px',
    from: 900,
    sortBy: ({ created_at }) => created_at,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
  {
    id: 'action',
    header: '',
    width: '92px',
    align: 'end',
    cell: (key) =>
      key.revoked_at === null && (
        <Button look="ghost" aria-label={`Revoke ${key.name || key.id}`} onClick={() => onRevoke(key)}>
          Revoke
        </Button>
      ),
  },
];

/** Asks for a name, then shows the secret for as long as the dialog is open. */
function NewKey({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const make = useAction(createKey, { refresh: [KEY] });
  if (make.data) {
    return (
      <Dialog
        title={`Key “${make.data.name}”`}
        onClose={onClose}
        actions={
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <Notice look="warning">
          Take it along now: only a hash of it is kept, and it is not shown again.
        </Notice>
        <Copyable label="The new key" text={make.data.key} />
      </Dialog>
    );
  }
  const submit = (): void => {
    if (name.trim() !== '') make.mutate(name.trim());
  };
  return (
    <Dialog
      title="New key"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button look="primary" disabled={name.trim() === ''} busy={make.isPending} onClick={submit}>
            Make the key
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Name" hint="What it is for, so that you find it again.">
          {(control) => (
            <input
              {...control}
              autoFocus
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

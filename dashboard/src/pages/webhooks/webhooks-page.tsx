import { useQuery } from '@tanstack/react-query';
import { Webhook } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { deleteWebhook, listWebhooks } from '../../api/webhooks.ts';
import type { WebhookConfig } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { formatCount } from '../../format/numbers.ts';
import { WebhookForm } from './webhook-form.tsx';

const KEY = ['webhooks'];
const idOf = ({ id }: WebhookConfig): string => id;

/** The saved webhooks of the project. */
export default function WebhooksPage() {
  const webhooks = useQuery({ queryKey: KEY, queryFn: ({ signal }) => listWebhooks(signal) });
  const [editing, setEditing] = useState<WebhookConfig | 'new' | null>(null);
  const [leaving, setLeaving] = useState<WebhookConfig | null>(null);
  const remove = useAction(({ id }: WebhookConfig) => deleteWebhook(id), {
    says: () => 'The webhook is deleted.',
    refresh: [KEY],
    onDone: () => setLeaving(null),
  });
  const columns = useMemo(() => columnsOf(setEditing, setLeaving), []);
  const add = (
    <Button look="primary" icon={<Webhook aria-hidden />} onClick={() => setEditing('new')}>
      New webhook
    </Button>
  );
  return (
    <Page title="Webhooks" lead={webhooks.data && formatCount(webhooks.data.length, 'webhook')} actions={add}>
      {webhooks.isPending && <LoadingState label="Loading webhooks …" />}
      {webhooks.isError && <ErrorState error={webhooks.error} retry={() => void webhooks.refetch()} />}
      {webhooks.data?.length === 0 && (
        <EmptyState title="No webhooks yet">
          A webhook is a URL that Sheaf calls when a batch or a job changes. Batches name saved ones by id.
        </EmptyState>
      )}
      {webhooks.data && webhooks.data.length > 0 && (
        <DataTable label="Webhooks" rows={webhooks.data} columns={columns} rowId={idOf} />
      )}
      {editing !== null && (
        <WebhookForm {...(editing !== 'new' && { webhook: editing })} onClose={() => setEditing(null)} />
      )}
      {leaving && (
        <Confirm
          title="Delete the webhook?"
          action="Delete it"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => setLeaving(null)}
        >
          What still waits for {leaving.webhook_url} is given up, and its log goes with it.
        </Confirm>
      )}
    </Page>
  );
}

const columnsOf = (
  onEdit: (webhook: WebhookConfig) => void,
  onDelete: (webhook: WebhookConfig) => void,
): readonly Column<WebhookConfig>[] => [
  {
    id: 'url',
    header: 'URL',
    width: 'minmax(200px, 2.4fr)',
    sortBy: ({ webhook_url }) => webhook_url,
    cell: ({ id, webhook_url }) => (
      <Link href={`/webhooks/${id}`} className="row-link">
        <span className="truncate">{webhook_url}</span>
        <span className="muted small mono truncate">{id}</span>
      </Link>
    ),
  },
  {
    id: 'events',
    header: 'Events',
    width: 'minmax(120px, 1.4fr)',
    from: 900,
    cell: ({ webhook_events: events }) => (
      <span className="truncate" title={events?.join(', ')}>
        {events?.join(', ') ?? 'all'}
      </span>
    ),
  },
  {
    id: 'format',
    header: 'Body',
    width: '76px',
    from: 1200,
    cell: (webhook) => webhook.webhook_output_format ?? 'string',
  },
  {
    id: 'secret',
    header: 'Signed',
    width: '76px',
    from: 900,
    cell: ({ has_secret }) => (has_secret ? 'yes' : 'no'),
  },
  {
    id: 'created',
    header: 'Created',
    width: '110px',
    from: 900,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
  {
    id: 'actions',
    header: '',
    width: '150px',
    align: 'end',
    cell: (webhook) => (
      <span className="row-actions">
        <Button look="ghost" aria-label={`Change ${webhook.webhook_url}`} onClick={() => onEdit(webhook)}>
          Change
        </Button>
        <Button look="ghost" aria-label={`Delete ${webhook.webhook_url}`} onClick={() => onDelete(webhook)}>
          Delete
        </Button>
      </span>
    ),
  },
];

import { useQuery } from '@tanstack/react-query';
import { RefreshCw, Send } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'wouter';
import {
  DELIVERY_STATES,
  getWebhook,
  listDeliveries,
  replayDelivery,
  testWebhook,
} from '../../api/webhooks.ts';
import type { WebhookDelivery } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Page, Toolbar } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { usePagedList } from '../../components/use-paged-list.ts';
import { DeliveryDetails } from './delivery-details.tsx';

const POLL_MS = 4_000;
const idOf = ({ id }: WebhookDelivery): string => id;

/** What became of every event of one webhook, newest first. */
export default function DeliveriesPage() {
  const { id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const state = DELIVERY_STATES.find((known) => known === params.get('state')) ?? '';
  const [openId, setOpenId] = useState<string | null>(null);
  const webhook = useQuery({ queryKey: ['webhooks', id], queryFn: ({ signal }) => getWebhook(id, signal) });
  const log = usePagedList({
    queryKey: ['deliveries', id, state],
    fetchPage: (pageToken, signal) => listDeliveries(id, state, pageToken, signal),
    pollMs: POLL_MS,
  });
  const refresh = [['deliveries', id]];
  const replay = useAction((delivery: WebhookDelivery) => replayDelivery(id, delivery.id), {
    says: () => 'The event is on its way again.',
    refresh,
  });
  const test = useAction(() => testWebhook(id), {
    says: ({ state: outcome, attempts }) =>
      outcome === 'delivered'
        ? `The receiver answered ${attempts.at(-1)?.status ?? ''}.`
        : 'The test event is recorded; the log shows what comes of it.',
    refresh,
  });
  const open = log.rows.find((delivery) => delivery.id === openId);
  const columns = useMemo(() => columnsOf(setOpenId), []);

  if (webhook.isError) {
    return (
      <Page title="Webhook">
        <ErrorState error={webhook.error} retry={() => void webhook.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title="Deliveries"
      lead={webhook.data?.webhook_url}
      actions={
        <Button icon={<Send aria-hidden />} busy={test.isPending} onClick={() => test.mutate(undefined)}>
          Send a test event
        </Button>
      }
    >
      <Toolbar label="Filters">
        <select
          aria-label="State"
          value={state}
          onChange={(event) =>
            setParams(event.target.value === '' ? {} : { state: event.target.value }, { replace: true })
          }
        >
          <option value="">Any state</option>
          {DELIVERY_STATES.map((name) => (
            <option key={name} value={name}>
              {LABELS[name]}
            </option>
          ))}
        </select>
        <Button look="ghost" icon={<RefreshCw aria-hidden />} onClick={() => void log.query.refetch()}>
          Refresh
        </Button>
      </Toolbar>
      <PagedTable
        label="Deliveries"
        list={log}
        loading="Loading deliveries …"
        empty={
          <EmptyState title="Nothing was sent">
            {state === ''
              ? 'Send a test event, or name this webhook in a batch.'
              : 'No event is in this state.'}
          </EmptyState>
        }
        columns={columns}
        rowId={idOf}
      />
      {open && (
        <DeliveryDetails
          delivery={open}
          busy={replay.isPending}
          onReplay={() => replay.mutate(open)}
          onClose={() => setOpenId(null)}
        />
      )}
    </Page>
  );
}

const LABELS = { pending: 'Waiting', delivered: 'Delivered', dead: 'Given up' };
const TONES = { pending: 'waiting', delivered: 'good', dead: 'bad' };

const columnsOf = (onOpen: (id: string) => void): readonly Column<WebhookDelivery>[] => [
  {
    id: 'event',
    header: 'Event',
    width: 'minmax(150px, 1.2fr)',
    cell: ({ id, event_type: type }) => (
      <button type="button" className="link-button truncate" onClick={() => onOpen(id)}>
        {type}
      </button>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '110px',
    cell: ({ state }) => <span className={`badge badge-${TONES[state]}`}>{LABELS[state]}</span>,
  },
  {
    id: 'answer',
    header: 'Last answer',
    width: 'minmax(140px, 1.6fr)',
    cell: ({ attempts }) => {
      const last = attempts.at(-1);
      return <span className="truncate">{last ? (last.error ?? last.status ?? '–') : 'not tried yet'}</span>;
    },
  },
  {
    id: 'attempts',
    header: 'Attempts',
    width: '84px',
    align: 'end',
    cell: (delivery) => delivery.attempt_count,
  },
  {
    id: 'about',
    header: 'About',
    width: 'minmax(140px, 1.4fr)',
    from: 1200,
    cell: ({ job_id, batch_id }) => <code className="truncate">{job_id ?? batch_id ?? 'test'}</code>,
  },
  {
    id: 'next',
    header: 'Next attempt',
    width: '116px',
    from: 900,
    cell: (delivery) => <Time at={delivery.next_attempt_at} />,
  },
  { id: 'created', header: 'Recorded', width: '110px', cell: ({ created_at }) => <Time at={created_at} /> },
];

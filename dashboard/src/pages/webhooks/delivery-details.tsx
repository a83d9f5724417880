import { RotateCcw } from 'lucide-react';
import type { WebhookDelivery } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { formatDuration } from '../../format/times.ts';

interface DeliveryDetailsProps {
  readonly delivery: WebhookDelivery;
  readonly busy: boolean;
  readonly onReplay: () => void;
  readonly onClose: () => void;
}

/** One event with its last attempts and what the receiver answered. */
export function DeliveryDetails({ delivery, busy, onReplay, onClose }: DeliveryDetailsProps) {
  return (
    <Dialog
      title={delivery.event_type}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            icon={<RotateCcw aria-hidden />}
            busy={busy}
            disabled={delivery.state === 'pending'}
            onClick={onReplay}
          >
            Send it again
          </Button>
        </>
      }
    >
      {delivery.reason && <Notice look="error">{delivery.reason}</Notice>}
      <Facts
        of={[
          ['Event', <code key="event">{delivery.event_id}</code>],
          ['About', <code key="about">{delivery.job_id ?? delivery.batch_id ?? 'a test'}</code>],
          ['Recorded', <Time key="recorded" at={delivery.created_at} />],
          ['Next attempt', <Time key="next" at={delivery.next_attempt_at} absent="none" />],
          ['Attempts', String(delivery.attempt_count)],
        ]}
      />
      {delivery.attempts.toReversed().map((attempt) => (
        <section key={attempt.at} className="card stack">
          <h3>
            {attempt.status ?? 'No answer'} after {formatDuration(attempt.latency_ms)},{' '}
            <Time at={attempt.at} />
          </h3>
          {attempt.error && <p className="bad">{attempt.error}</p>}
          {attempt.response && (
            <pre className="answer" tabIndex={0} aria-label="The answer's beginning">
              {attempt.response}
            </pre>
          )}
        </section>
      ))}
    </Dialog>
  );
}

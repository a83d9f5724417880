import { useState } from 'react';
import { changeWebhook, createWebhook, SENT_EVENTS, type WebhookWish } from '../../api/webhooks.ts';
import { messageOf } from '../../api/errors.ts';
import type { WebhookConfig } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { useAction } from '../../components/use-action.ts';

interface WebhookFormProps {
  /** Absent: a new one is made. */
  readonly webhook?: WebhookConfig;
  readonly onClose: () => void;
}

/** Where events go, which, and how. */
export function WebhookForm({ webhook, onClose }: WebhookFormProps) {
  const [url, setUrl] = useState(webhook?.webhook_url ?? '');
  const [events, setEvents] = useState<readonly string[] | null>(webhook?.webhook_events ?? null);
  const [format, setFormat] = useState<'string' | 'json'>(webhook?.webhook_output_format ?? 'json');
  const [secret, setSecret] = useState('');
  const [problem, setProblem] = useState<string>();
  const save = useAction(
    (wish: WebhookWish) => (webhook ? changeWebhook(webhook.id, wish) : createWebhook(wish)),
    {
      says: () => (webhook ? 'The webhook is changed.' : 'The webhook is saved.'),
      refresh: [['webhooks']],
      onDone: onClose,
      onProblem: (error) => setProblem(messageOf(error)),
    },
  );
  const isReady = url.trim() !== '' && (events === null || events.length > 0);
  const submit = (): void => {
    if (!isReady) return;
    setProblem(undefined);
    save.mutate({
      webhook_url: url.trim(),
      webhook_events: events,
      webhook_output_format: format,
      ...(secret !== '' && { webhook_signing_secret: secret }),
    });
  };
  return (
    <Dialog
      title={webhook ? 'Change the webhook' : 'New webhook'}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button look="primary" disabled={!isReady} busy={save.isPending} onClick={submit}>
            Save
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
        <Field
          label="URL"
          problem={problem}
          hint="Addresses on a private network need SHEAF_EGRESS_ALLOW on the server."
        >
          {(control) => (
            <input
              {...control}
              type="url"
              autoFocus
              placeholder="https://example.com/hook"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field label="Body" hint="The contract's default is a JSON string that holds the JSON.">
          {(control) => (
            <select
              {...control}
              value={format}
              onChange={(event) => setFormat(event.target.value === 'json' ? 'json' : 'string')}
            >
              <option value="json">A JSON object</option>
              <option value="string">A JSON string</option>
            </select>
          )}
        </Field>
        <Field
          label="Signing secret"
          hint={
            webhook?.has_secret
              ? 'There is one; it is kept unless you give another.'
              : 'Signs every event, so that the receiver can tell that it comes from here.'
          }
        >
          {(control) => (
            <input
              {...control}
              type="password"
              autoComplete="new-password"
              value={secret}
              onChange={(event) => setSecret(event.target.value)}
            />
          )}
        </Field>
        <EventChoice events={events} onChange={setEvents} />
      </form>
    </Dialog>
  );
}

interface EventChoiceProps {
  readonly events: readonly string[] | null;
  readonly onChange: (events: readonly string[] | null) => void;
}

function EventChoice({ events, onChange }: EventChoiceProps) {
  const names = [...new Set([...SENT_EVENTS, ...(events ?? [])])];
  return (
    <fieldset className="field">
      <legend className="field-label">Events</legend>
      <div className="choices">
        <label>
          <input
            type="checkbox"
            checked={events === null}
            onChange={() => onChange(events === null ? [] : null)}
          />
          All
        </label>
      </div>
      {events !== null && (
        <div className="choices">
          {names.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={events.includes(name)}
                onChange={() =>
                  onChange(events.includes(name) ? events.filter((one) => one !== name) : [...events, name])
                }
              />
              {name}
            </label>
          ))}
        </div>
      )}
      {events?.length === 0 && <span className="field-problem small">Choose at least one, or all.</span>}
    </fieldset>
  );
}

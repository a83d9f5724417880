import { CircleAlert, Inbox, LoaderCircle, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError, messageOf, OfflineError } from '../api/errors.ts';
import { Button } from './button.tsx';

/** Nothing is there, and what to do about it. */
export function EmptyState(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="state">
      <Inbox aria-hidden />
      <h2>{props.title}</h2>
      {props.children !== undefined && <p className="muted">{props.children}</p>}
      {props.action}
    </div>
  );
}

/** Something failed: the server's own sentence, and a way to try again. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const offline = error instanceof OfflineError;
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className="state" role="alert">
      {offline ? <WifiOff aria-hidden /> : <CircleAlert aria-hidden />}
      <h2>{offline ? 'The server does not answer' : titleOf(error)}</h2>
      <p className="muted">{messageOf(error)}</p>
      {requestId !== null && (
        <p className="muted small">
          Request <code>{requestId}</code>
        </p>
      )}
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

function titleOf(error: unknown): string {
  return error instanceof ApiError && error.status === 404 ? 'Not found' : 'This did not work';
}

/** Something is on its way; `label` is read out. */
export function LoadingState({ label = 'Loading …' }: { readonly label?: string }) {
  return (
    <div className="state" role="status">
      <LoaderCircle className="spin" aria-hidden />
      <p className="muted">{label}</p>
    </div>
  );
}

/** A message in the flow of a page. */
export function Notice(props: { readonly look: 'info' | 'warning' | 'error'; readonly children: ReactNode }) {
  return (
    <div className={`notice notice-${props.look}`} role={props.look === 'error' ? 'alert' : 'note'}>
      {props.look !== 'info' && <CircleAlert aria-hidden />}
      <div>{props.children}</div>
    </div>
  );
}

import type { Socket } from 'node:net';

import { connectionFailed } from './dial.ts';
import { EgressError } from './error.ts';
import type { Target } from './target.ts';

/** How a wait ends; the first of the two counts. */
interface Ends<T> {
  readonly done: (value: T) => void;
  readonly fail: (cause: unknown) => void;
}

/**
 * Waits for something over a connection. Failing or aborting closes it.
 * @param begin called unless the signal is aborted already
 * @throws EgressError CONNECTION_FAILED, the error that `begin` gave, or why the signal was aborted
 */
export function overConnection<T>(
  socket: Socket,
  target: Target,
  signal: AbortSignal,
  begin: (ends: Ends<T>) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => signal.removeEventListener('abort', abort);
    const fail = (cause: unknown): void => {
      end();
      socket.destroy();
      reject(cause instanceof EgressError ? cause : connectionFailed(target, cause));
    };
    const abort = (): void => fail(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const done = (value: T): void => {
      end();
      resolve(value);
    };
    begin({ done, fail });
  });
}

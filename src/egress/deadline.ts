import { EgressError } from './error.ts';

/** The time limit of one exchange together with its caller's wish to stop. */
export interface Deadline {
  /** Aborted with an {@link EgressError} (TIMEOUT or ABORTED) when time is up or the caller stops. */
  readonly signal: AbortSignal;
  /** Ends the watch. To be called once the exchange is over, however it went. */
  clear(): void;
}

/** @param options.what who is being called, for the message */
export function startDeadline(options: {
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}): Deadline {
  const controller = new AbortController();
  const { what, timeoutMs, signal } = options;
  const timer = setTimeout(() => {
    const message = `${what} did not answer completely within ${timeoutMs / 1000} seconds.`;
    controller.abort(new EgressError('TIMEOUT', message));
  }, timeoutMs);
  const stop = (): void => {
    const message = `The call of ${what} was given up.`;
    controller.abort(new EgressError('ABORTED', message, { cause: signal?.reason }));
  };
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });

  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}

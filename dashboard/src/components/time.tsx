import { useSyncExternalStore } from 'react';
import { formatMoment, formatRelative } from '../format/times.ts';

const TICK_MS = 5_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of day, to five seconds; one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** A moment as its distance from now; the exact time on hovering and for screen readers. */
export function Time({
  at,
  absent = '–',
}: {
  readonly at: string | null | undefined;
  readonly absent?: string;
}) {
  const current = useNow();
  if (at === null || at === undefined) return <span className="muted">{absent}</span>;
  const time = new Date(at);
  return (
    <time dateTime={at} title={formatMoment(time)}>
      {formatRelative(time, Math.max(current, Date.now() - TICK_MS))}
    </time>
  );
}

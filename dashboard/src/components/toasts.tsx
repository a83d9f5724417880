import { useSyncExternalStore } from 'react';
import { Button } from './button.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
}

const LIFETIME_MS = 6_000;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let nextId = 0;

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

/** Tells what came of an action. Bad news stays until it is dismissed. */
export function announce(text: string, outcome: 'good' | 'bad' = 'good'): void {
  nextId += 1;
  const toast = { id: nextId, text, bad: outcome === 'bad' };
  change([...toasts.slice(-3), toast]);
  if (!toast.bad) setTimeout(() => dismiss(toast.id), LIFETIME_MS);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast ${toast.bad ? 'is-bad' : ''}`}>
          <span>{toast.text}</span>
          <Button look="ghost" onClick={() => dismiss(toast.id)}>
            Dismiss
          </Button>
        </div>
      ))}
    </div>
  );
}

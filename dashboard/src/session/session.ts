import { useSyncExternalStore } from 'react';

const KEY = 'sheaf.api-key';
const listeners = new Set<() => void>();
let notice: string | null = null;

/** The API key of this browser tab's session; gone when the tab closes. Never written anywhere else. */
export function currentKey(): string | null {
  return sessionStorage.getItem(KEY);
}

export function signIn(key: string): void {
  sessionStorage.setItem(KEY, key);
  notice = null;
  tell();
}

/** Forgets the key. @param why shown on the sign-in page */
export function signOut(why: string | null = null): void {
  if (currentKey() === null) return;
  sessionStorage.removeItem(KEY);
  notice = why;
  tell();
}

/** Why the session ended, when nobody asked for it. */
export const signOutNotice = (): string | null => notice;

export function useSessionKey(): string | null {
  return useSyncExternalStore(subscribe, currentKey);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

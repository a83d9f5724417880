import { useState } from 'react';

const KEY = 'sheaf.theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const stored = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** Sets what was chosen last, before anything is drawn. */
export function restoreTheme(): void {
  apply(stored());
}

/** The theme and the one that comes next on pressing the button. */
export function useTheme(): { readonly theme: Theme; readonly cycle: () => void } {
  const [theme, setTheme] = useState(stored);
  const cycle = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
    localStorage.setItem(KEY, next);
    apply(next);
    setTheme(next);
  };
  return { theme, cycle };
}

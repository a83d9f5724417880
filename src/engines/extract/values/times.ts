import type { ReadValue } from './read-value.ts';

export interface FoundTime {
  /** `14:05:00`. */
  readonly iso: string;
  readonly text: string;
  readonly index: number;
}

/** `14:05`, `14:05:30`, `2.05 pm`, `14.05 Uhr`, `14h05`; the last three need what tells them from an amount. */
const TIME =
  /(?<![\d.:,])(\d{1,2})(?:(:)|([.h]))(\d{2})(?::(\d{2}))?(?![\d:]|[.,]\d)\s?(a\.?m\b\.?|p\.?m\b\.?|uhr\b)?/gi;

/** The times of day in a text, from left to right. */
export function findTimes(text: string): FoundTime[] {
  const found: FoundTime[] = [];
  if (text.length > 2_000) return found;
  for (const match of text.matchAll(TIME)) {
    const [whole, hour = '', colon, sign, minute = '', second = '00', mark] = match;
    if (colon === undefined && mark === undefined && sign?.toLowerCase() !== 'h') continue;
    const half = mark === undefined ? undefined : /^[ap]/i.exec(mark)?.[0].toLowerCase();
    const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'p' ? 12 : 0);
    if (hours > 23 || Number(minute) > 59 || Number(second) > 59 || (half && Number(hour) > 12)) continue;
    const iso = `${String(hours).padStart(2, '0')}:${minute}:${second}`;
    found.push({ iso, text: whole.trim(), index: match.index });
  }
  return found;
}

/** The first time of day in a text. */
export function readTime(text: string): ReadValue | undefined {
  const [first] = findTimes(text);
  return first && { value: first.iso, text: first.text, index: first.index, fit: 1 };
}

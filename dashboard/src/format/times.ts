const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took: 840 ms, 12.4 s, 3 min 5 s, 2 h 10 min, 3 d 4 h */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / SECOND)} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/** How far a time is from now: just now, 5 min ago, in 3 h, 2 d ago; a date beyond a month. */
export function formatRelative(time: Date, now: number): string {
  const distance = Math.abs(now - time.getTime());
  const words = distance < 10 * SECOND ? null : roughly(distance);
  if (words === null) return 'just now';
  if (distance > 30 * DAY) return formatDate(time);
  return time.getTime() <= now ? `${words} ago` : `in ${words}`;
}

function roughly(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

const dates = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: 'numeric' });
const moments = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

export const formatDate = (time: Date): string => dates.format(time);
/** To the second, with the zone. */
export const formatMoment = (time: Date): string => moments.format(time);

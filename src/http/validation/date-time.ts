const FORM =
  /^((?!0000)\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(?:([Zz])|[ ]?([+-]?\d{2}:?\d{2}))?)?$/;

/**
 * Reads an ISO 8601 date-time as clients write it; undefined when it is none.
 *
 * - Without an offset it is UTC (contract section 2), and a bare date is its midnight.
 * - A blank before the offset stands for `+`, which is what `+` turns into in a query that was not encoded.
 * - The year 0 is none: PostgreSQL counts from 1.
 * - Finer than milliseconds is cut off; the database keeps no more.
 */
export function parseDateTime(text: string): Date | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, day = '', clock = '00:00', , offset] = match;
  const date = new Date(`${day}T${seconds(clock)}${offset === undefined ? 'Z' : signed(offset)}`);
  if (Number.isNaN(date.getTime()) || !isCalendarDay(day)) return undefined;
  return date;
}

function seconds(clock: string): string {
  const [whole = '', fraction = ''] = clock.replace(',', '.').split('.');
  const full = whole.length === 5 ? `${whole}:00` : whole;
  return `${full}.${fraction.slice(0, 3).padEnd(3, '0')}`;
}

function signed(offset: string): string {
  const sign = offset.startsWith('-') ? '-' : '+';
  const digits = offset.replace(/[^\d]/g, '');
  return `${sign}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** JavaScript rolls 30 February over to March; the calendar does not. */
function isCalendarDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

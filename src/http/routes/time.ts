import { parseDateTime } from '../validation/date-time.ts';

/** A time of a validated request. One without an offset is UTC (contract section 2). */
export function toDate(text: string | null | undefined): Date | undefined {
  return text === null || text === undefined ? undefined : parseDateTime(text);
}

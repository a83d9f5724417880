import { parseDateTime } from '../validation/date-time.ts';

/** A time of a validated request. One without an offset is UTC (contract section 2). */
export function toDate(text: string | null | undefined): Date | undefined {
  return text === null || text === undefined ? undefined : parseDateTime(text);
}

/** When what a list is asked for was made. */
export function createdQuery(query: {
  readonly created_at_on_or_after?: string;
  readonly created_at_on_or_before?: string;
}) {
  return {
    createdAtOnOrAfter: toDate(query.created_at_on_or_after),
    createdAtOnOrBefore: toDate(query.created_at_on_or_before),
  };
}

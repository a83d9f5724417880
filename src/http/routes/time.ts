/**
 * A time of a validated request. One without an offset is UTC (contract section 2), which JavaScript alone
 * would take for local time.
 */
export function toDate(text: string | null | undefined): Date | undefined {
  if (text === null || text === undefined) return undefined;
  return new Date(/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

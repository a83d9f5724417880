import { CONNECTION_HEADERS } from './connection-headers.ts';

/** Custom headers of webhooks: which would break a request, or pass for what only Sheaf may say. */

export const MAX_HEADERS = 50;
/** Names and values together; common servers refuse requests with much more. */
export const MAX_HEADER_BYTES = 8192;

/** Besides those of the connection: the body is sent as it was signed. */
const OF_THE_BODY = 'content-encoding';

/** A receiver believes what they say. */
const OF_SHEAF = /^(?:lc-signature|x-sheaf-signature|x-webhook-.*)$/;

/** RFC 9110, 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
/** Visible characters, blanks and tabs, Latin-1 included: what Node sends. No line breaks. */
const VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/;

/** What is wrong with a header, in a sentence that names it and leaves its value out; undefined when nothing is. */
export function headerFlaw(name: string, value: unknown): string | undefined {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) return `${JSON.stringify(name)} is not the name of a header`;
  if (CONNECTION_HEADERS.has(lower) || lower === OF_THE_BODY)
    return `The header ${name} belongs to the connection: leave it out`;
  if (OF_SHEAF.test(lower)) return `The header ${name} is set by the server itself: leave it out`;
  if (typeof value !== 'string') return `The value of the header ${name} should be a string`;
  if (!VALUE.test(value)) return `The value of the header ${name} has characters that headers cannot carry`;
  return undefined;
}

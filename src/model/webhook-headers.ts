/** Custom headers of webhooks: which would break a request, or pass for what only Sheaf may say. */

export const MAX_HEADERS = 50;
/** Names and values together; common servers refuse requests with much more. */
export const MAX_HEADER_BYTES = 8192;

/** They belong to the connection; Sheaf's HTTP client sets them. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

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
  if (OF_THE_CONNECTION.has(lower)) return `The header ${name} belongs to the connection: leave it out`;
  if (OF_SHEAF.test(lower)) return `The header ${name} is set by the server itself: leave it out`;
  if (typeof value !== 'string') return `The value of the header ${name} should be a string`;
  if (!VALUE.test(value)) return `The value of the header ${name} has characters that headers cannot carry`;
  return undefined;
}

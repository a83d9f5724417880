import { bareHost } from './allow-list.ts';
import { EgressError } from './error.ts';

/** Whom a URL calls, taken apart once: nothing later reads the URL as text again. */
export interface Target {
  readonly secure: boolean;
  /** In the one form that URLs have it in: lower case, IDN encoded, IPv4 in four decimal numbers, no brackets. */
  readonly host: string;
  readonly port: number;
  /** For the `Host` header: with brackets, and with the port unless it is the scheme's own. */
  readonly authority: string;
  /** Path and query, for the request line. */
  readonly path: string;
  /** Value of `Authorization` that the URL's user and password make; absent without them. */
  readonly authorization?: string;
}

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const;
const MAX_URL_LENGTH = 8192;

/**
 * Takes a URL apart as browsers do, so that `http://0x7f.1`, `http://127.1` and full-width digits are the address
 * that they mean, and `http://good@bad` calls `bad`.
 * @throws EgressError INVALID_URL
 */
export function parseTarget(url: string): Target {
  if (url.length > MAX_URL_LENGTH) throw invalid(`longer than ${MAX_URL_LENGTH} characters`);
  if (!URL.canParse(url)) throw invalid('not an absolute URL');
  const { protocol, hostname, port, host, pathname, search, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw invalid('neither http:// nor https://');
  if (bareHost(hostname) === '' || bareHost(hostname).endsWith('.')) throw invalid('without a host');
  if (port === '0') throw invalid('with port 0, which cannot be called');
  return {
    secure: protocol === 'https:',
    host: bareHost(hostname),
    port: port === '' ? DEFAULT_PORTS[protocol] : Number(port),
    authority: host,
    path: pathname + search,
    ...((username !== '' || password !== '') && { authorization: basic(username, password) }),
  };
}

function basic(username: string, password: string): string {
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    throw invalid('with a user or password whose percent-encoding is broken');
  }
}

function invalid(reason: string): EgressError {
  return new EgressError('INVALID_URL', `The URL is ${reason}; give one like https://example.com/path.`);
}

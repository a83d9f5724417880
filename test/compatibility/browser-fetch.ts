/** Methods and headers that browsers send to other origins without asking (the Fetch standard's safelists). */
const SIMPLE_METHODS = new Set(['GET', 'HEAD', 'POST']);
const SIMPLE_HEADERS = new Set(['accept', 'accept-language', 'content-language']);
const SIMPLE_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)(;|$)/;
/** What a page may read of an answer that exposes nothing. */
const READABLE_HEADERS = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/**
 * A fetch that keeps to the rules of cross-origin requests as browsers do: it asks with a preflight where they ask,
 * refuses what the server does not grant, and hides the headers that it does not expose.
 */
export function browserFetch(origin: string): typeof fetch {
  return async (input, init = {}) => {
    const request = new Request(input, { ...init, ...(init.body != null && { duplex: 'half' }) });
    const asked = headersToAskFor(request.headers);
    if (asked.length > 0 || !SIMPLE_METHODS.has(request.method)) await ask(request, origin, asked);
    request.headers.set('origin', origin);
    const response = await fetch(request);
    confirmOrigin(response, origin);
    return readable(response);
  };
}

function headersToAskFor(headers: Headers): string[] {
  const asked = [...headers].filter(([name, value]) => {
    if (name === 'content-type') return !SIMPLE_TYPES.test(value);
    return !SIMPLE_HEADERS.has(name);
  });
  return asked.map(([name]) => name).sort();
}

async function ask({ url, method }: Request, origin: string, asked: readonly string[]): Promise<void> {
  const response = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(asked.length > 0 && { 'access-control-request-headers': asked.join(',') }),
    },
  });
  await response.arrayBuffer();
  if (!response.ok) throw new TypeError(`The preflight was answered ${response.status}`);
  confirmOrigin(response, origin);
  const methods = listOf(response, 'access-control-allow-methods');
  if (!SIMPLE_METHODS.has(method) && !methods.includes('*') && !methods.includes(method.toLowerCase())) {
    throw new TypeError(`${method} is not granted`);
  }
  const granted = listOf(response, 'access-control-allow-headers');
  // A star grants everything but the key.
  const refused = asked.filter(
    (name) => !granted.includes(name) && (name === 'authorization' || !granted.includes('*')),
  );
  if (refused.length > 0) throw new TypeError(`Not granted: ${refused.join(', ')}`);
}

function confirmOrigin(response: Response, origin: string): void {
  const granted = response.headers.get('access-control-allow-origin');
  if (granted !== '*' && granted !== origin) throw new TypeError(`${origin} is not granted, only ${granted}`);
}

function listOf(response: Response, name: string): string[] {
  return (response.headers.get(name) ?? '').split(',').map((entry) => entry.trim().toLowerCase());
}

function readable(response: Response): Response {
  const exposed = listOf(response, 'access-control-expose-headers');
  const headers = [...response.headers].filter(
    ([name]) => READABLE_HEADERS.has(name) || exposed.includes(name) || exposed.includes('*'),
  );
  const { status, statusText } = response;
  return new Response(status === 204 ? null : response.body, { status, statusText, headers });
}

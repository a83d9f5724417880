import { signOut, currentKey } from '../session/session.ts';
import { errorOf, OfflineError } from './errors.ts';

type QueryValue = string | number | boolean | readonly string[] | null | undefined;

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Undefined, null and empty values are left out; lists repeat the name. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON, or as a form when it is one. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** A key to try out, in place of the session's. */
  readonly key?: string;
}

/** An address of the API; the page's base carries a path that a proxy may have put before it. */
export function addressOf(path: string, query: RequestOptions['query'] = {}): URL {
  const url = new URL(path.replace(/^\//, ''), document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of [value].flat()) url.searchParams.append(name, String(one));
  }
  return url;
}

/**
 * A link of the server as seen from this page. Links carry the server's public name, which may differ from the name
 * under which the browser reached it; the page may load from its own origin alone.
 */
export function localLink(link: string): string {
  const { pathname, search } = new URL(link);
  return addressOf(pathname.slice(Math.max(0, pathname.indexOf('/api/')))).href + search;
}

/** Sends a request with the session's key. @throws ApiError, or OfflineError when nobody answers */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { body } = options;
  const isForm = body instanceof FormData;
  const key = options.key ?? currentKey();
  const response = await fetch(addressOf(path, options.query), {
    method: options.method ?? 'GET',
    headers: {
      accept: 'application/json',
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    credentials: 'omit',
    cache: 'no-store',
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new OfflineError(error);
  });
  if (response.ok) return response;
  // A revoked key ends the session, wherever the page is.
  if (response.status === 401 && options.key === undefined) signOut('The key is no longer valid.');
  throw await errorOf(response);
}

/** Sends a request and reads its JSON; an answer without a body is undefined. */
export async function call<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** A page of a list, as every list of the API answers. */
export interface Page<T> {
  readonly items: T[];
  readonly next_page_token?: string | null | undefined;
  readonly total_size?: number | null | undefined;
}

/** Reads a list to its end. */
export async function callAll<T>(path: string, options: RequestOptions = {}): Promise<T[]> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const query = { page_size: 1000, ...options.query, page_token: token };
    const page = await call<Page<T>>(path, { ...options, query });
    items.push(...page.items);
    token = page.next_page_token ?? undefined;
  } while (token);
  return items;
}

/** An answer of the server that is not success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the commands ask of a server: plain fetch on the public API, nothing else. */
export interface ApiClient {
  readonly baseUrl: string;
  get<T>(path: string, query?: Record<string, string | readonly string[]>): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  upload<T>(path: string, form: FormData): Promise<T>;
  /** The bytes of an answer as they come; they break off with an error when the server does not finish them. */
  download(path: string, query?: Record<string, string>): Promise<ReadableStream<Uint8Array>>;
}

/** An answer that asks for patience is asked again this many times. */
const MAX_TRIES = 6;

export function createApiClient(baseUrl: string, apiKey: string): ApiClient {
  const base = baseUrl.replace(/\/+$/, '');

  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${apiKey}`);
    for (let attempt = 1; ; attempt++) {
      // Lets the server recognise a create that it has carried out already.
      headers.set('x-stainless-retry-count', String(attempt - 1));
      const response = await fetch(`${base}${path}`, { ...init, headers }).catch((error: unknown) => {
        throw new ApiError(0, `${base} cannot be reached: ${reasonOf(error)}`);
      });
      if (response.ok) return response;
      const text = await response.text();
      const patient = response.status === 429 || response.status === 503;
      if (!patient || attempt === MAX_TRIES)
        throw new ApiError(response.status, detailOf(response.status, text));
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 30) * 1_000));
    }
  };

  const json = async <T>(path: string, init: RequestInit): Promise<T> => {
    const headers = { ...(init.headers as Record<string, string>), accept: 'application/json' };
    return (await (await request(path, { ...init, headers })).json()) as T;
  };

  return {
    baseUrl: base,
    async download(path, query = {}) {
      const { body } = await request(`${path}${queryString(query)}`, { method: 'GET' });
      if (!body) throw new ApiError(0, `${base} answered without a body`);
      return body;
    },
    get: (path, query = {}) => json(`${path}${queryString(query)}`, { method: 'GET' }),
    post: (path, body) =>
      json(path, {
        method: 'POST',
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      }),
    upload: (path, form) => json(path, { method: 'POST', body: form }),
  };
}

function queryString(query: Record<string, string | readonly string[]>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const single of typeof value === 'string' ? [value] : value) pairs.append(name, single);
  }
  const text = pairs.toString();
  return text && `?${text}`;
}

/** fetch hides why it failed in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : String(error);
}

/** The sentence in an error answer, whichever of the contract's two shapes it has. */
function detailOf(status: number, text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail: string | { loc: string[]; msg: string }[] };
    if (typeof detail === 'string') return detail;
    return detail.map((issue) => `${issue.loc.join('.')}: ${issue.msg}`).join('; ');
  } catch {
    return `the server answered ${status}: ${text.slice(0, 200)}`;
  }
}

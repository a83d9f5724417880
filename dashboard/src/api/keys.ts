import { call } from './client.ts';

/** A key of the project; its secret is known to nobody any more. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The key that this page uses. */
  readonly is_current: boolean;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

export interface NewApiKey extends ApiKey {
  /** The secret, told this once. */
  readonly key: string;
}

const PATH = '/api/v1/beta/api-keys';

export const listKeys = (signal: AbortSignal) => call<ApiKey[]>(PATH, { signal });
export const createKey = (name: string) => call<NewApiKey>(PATH, { method: 'POST', body: { name } });
/** @param confirmed said when it is the key of the request itself */
export const revokeKey = (id: string, confirmed: boolean) =>
  call<undefined>(`${PATH}/${encodeURIComponent(id)}`, {
    method: 'DELETE',
    query: { confirm: confirmed || undefined },
  });

import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

/** What the server tells of itself; an addition of Sheaf, see docs/additions.md. */
export interface SystemStatus {
  readonly limits: { readonly max_upload_bytes: number; readonly max_batch_files: number };
}

export function useSystem() {
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => call<SystemStatus>('/api/v1/beta/system', { signal }),
    staleTime: 60_000,
    retry: false,
  });
}

import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

/** How much of a limit is in use; null: there is no limit. */
export interface LimitUse {
  readonly used: number;
  readonly limit: number | null;
  readonly set_by: 'server' | 'project';
}

/** The server as the project may see it. */
export interface SystemStatus {
  readonly version: string;
  readonly role: string;
  readonly uptime_seconds: number;
  readonly workers: readonly {
    readonly id: string;
    readonly started_at: string;
    readonly heartbeat_age_seconds: number;
    readonly is_live: boolean;
  }[];
  readonly queue: readonly {
    readonly kind: string;
    readonly running: number;
    readonly queued: number;
    readonly waiting: number;
    readonly oldest_seconds: number | null;
  }[];
  readonly limits: {
    readonly running_jobs: LimitUse;
    readonly running_batches: LimitUse;
    readonly waiting_reason: string | null;
    readonly max_upload_bytes: number;
    readonly max_batch_files: number;
  };
  readonly engines: {
    readonly parse: string;
    readonly ocr_languages: readonly string[];
    readonly libreoffice: boolean;
    readonly model: string | null;
  };
  readonly storage: string;
  readonly retention: {
    readonly upload_hours: number;
    readonly result_days: number;
    readonly result_cache_hours: number;
    readonly webhook_retry_hours: number;
  };
}

const getSystem = (signal: AbortSignal) => call<SystemStatus>('/api/v1/beta/system', { signal });

/** @param pollMs how often it is read again; without it once in a while, for the limits alone */
export function useSystem(pollMs?: number) {
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => getSystem(signal),
    staleTime: pollMs ?? 60_000,
    retry: false,
    ...(pollMs !== undefined && { refetchInterval: pollMs }),
  });
}

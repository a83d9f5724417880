import { useQuery } from '@tanstack/react-query';
import { hasEnded } from './batches.ts';
import { call, localLink } from './client.ts';
import type { ExtractJob, ParseResult } from './wire.ts';

const POLL_MS = 2_000;

/** A parse with the sections that are asked for; asked for again until it has ended. */
export function useParse(id: string | undefined, expand: readonly string[]) {
  return useQuery({
    queryKey: ['parse', id, expand],
    queryFn: ({ signal }) =>
      call<ParseResult>(`/api/v2/parse/${encodeURIComponent(id ?? '')}`, { query: { expand }, signal }),
    enabled: id !== undefined && id !== '',
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data.job) ? POLL_MS : false),
    staleTime: 60_000,
  });
}

const EXTRACT_SECTIONS = ['extract_metadata', 'configuration', 'metadata'];

/** An extraction with where its values were found. */
export function useExtract(id: string | undefined) {
  return useQuery({
    queryKey: ['extract', id],
    queryFn: ({ signal }) =>
      call<ExtractJob>(`/api/v2/extract/${encodeURIComponent(id ?? '')}`, {
        query: { expand: EXTRACT_SECTIONS },
        signal,
      }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data) ? POLL_MS : false),
    staleTime: 60_000,
  });
}

/** A link to a file's bytes that needs no key, on this page's own origin. */
export function useFileLink(fileId: string | undefined) {
  return useQuery({
    queryKey: ['file-link', fileId],
    queryFn: async ({ signal }) => {
      const { url } = await call<{ url: string }>(
        `/api/v1/beta/files/${encodeURIComponent(fileId ?? '')}/content`,
        {
          signal,
        },
      );
      return localLink(url);
    },
    enabled: fileId !== undefined && fileId !== '',
    staleTime: 30 * 60_000,
    retry: false,
  });
}

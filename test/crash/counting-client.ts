import LlamaCloud from '@llamaindex/llama-cloud';
import type { Ledger } from './ledger.ts';
import type { RoleProcess } from './role-process.ts';

/**
 * The official client in front of API servers that come and go: each request goes to the next one that lives, as behind
 * a load balancer. It retries as it does by itself: the same body, its count of retries, and growing pauses.
 */
export function countingClient(
  apis: readonly RoleProcess[],
  apiKey: string,
  { counts, answers, wrongs }: Ledger,
): LlamaCloud {
  const count = (status: number): void => void answers.set(status, (answers.get(status) ?? 0) + 1);
  let turn = 0;
  const next = (): string | undefined => {
    turn += 1;
    return apis.map((_, index) => apis[(turn + index) % apis.length]?.url).find((url) => url !== undefined);
  };
  return new LlamaCloud({
    apiKey,
    baseURL: 'http://sheaf.invalid',
    maxRetries: 10,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      if (Number(headers.get('x-stainless-retry-count') ?? 0) > 0) counts.retries += 1;
      const asked = new URL(input instanceof Request ? input.url : input);
      // The client tries out what its `fetch` can do on a `data:` URL.
      if (asked.protocol !== 'http:') return fetch(input, init);
      try {
        const url = next();
        if (url === undefined) throw new TypeError('the API is down');
        const answer = await fetch(new URL(asked.pathname + asked.search, url), init);
        count(answer.status);
        // What is away for a moment is 503, which says so to clients; 500 is for what nobody thought of.
        if (answer.status === 500)
          wrongs.push(`${init?.method ?? 'GET'} ${asked.pathname} was answered with 500`);
        return answer;
      } catch (error) {
        count(0);
        throw error;
      }
    },
  });
}

/** The server's no to a request, in contrast to a server that could not answer. */
export function isRefusal(error: unknown): error is InstanceType<typeof LlamaCloud.APIError> {
  return error instanceof LlamaCloud.APIError && Number(error.status) >= 400 && Number(error.status) < 500;
}

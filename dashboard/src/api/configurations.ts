import { useQuery } from '@tanstack/react-query';
import { callAll } from './client.ts';
import type { Configuration } from './wire.ts';

/** A configuration that a batch can run: a preset or a saved one. */
export interface ConfigurationChoice {
  readonly id: string;
  readonly name: string;
  readonly product: string;
}

const PRESETS: readonly ConfigurationChoice[] = [
  { id: 'cfg-PARSE_FAST', name: 'Fast', product: 'parse_v2' },
  { id: 'cfg-PARSE_COST_EFFECTIVE', name: 'Cost effective', product: 'parse_v2' },
  { id: 'cfg-PARSE_AGENTIC', name: 'Agentic', product: 'parse_v2' },
  { id: 'cfg-PARSE_AGENTIC_PLUS', name: 'Agentic plus', product: 'parse_v2' },
];

/** The presets, then what the project has saved for batches. */
export function useConfigurationChoices() {
  const saved = useQuery({
    queryKey: ['configurations', 'choices'],
    queryFn: ({ signal }) =>
      callAll<Configuration>('/api/v1/beta/configurations', {
        query: { product_type: ['parse_v2', 'extract_v2'] },
        signal,
      }),
    staleTime: 30_000,
  });
  const own = saved.data?.map(({ id, name, product_type }) => ({ id, name, product: product_type })) ?? [];
  return { presets: PRESETS, saved: own, error: saved.error };
}

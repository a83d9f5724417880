import { call, callAll } from './client.ts';
import type { Configuration } from './wire.ts';

const PATH = '/api/v1/beta/configurations';
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** The products that run here, with what a new configuration begins with. */
export const PRODUCTS: Readonly<Record<string, { readonly label: string; readonly draft: object }>> = {
  parse_v2: { label: 'Parse', draft: { tier: 'agentic', version: 'latest' } },
  extract_v2: {
    label: 'Extract',
    draft: {
      tier: 'cost_effective',
      cite_sources: true,
      confidence_scores: true,
      data_schema: {
        type: 'object',
        properties: {
          invoice_number: { type: 'string', description: 'Number of the invoice' },
          invoice_date: { type: 'string', format: 'date' },
          total: { type: 'number', description: 'Total amount due' },
        },
        required: ['invoice_number'],
      },
    },
  },
};

export interface ConfigurationWish {
  readonly name: string;
  readonly parameters: object;
}

export const listConfigurations = (signal: AbortSignal) => callAll<Configuration>(PATH, { signal });
export const getConfiguration = (id: string, signal: AbortSignal) =>
  call<Configuration>(pathOf(id), { signal });
export const createConfiguration = (wish: ConfigurationWish) =>
  call<Configuration>(PATH, { method: 'POST', body: wish });
export const changeConfiguration = (id: string, wish: ConfigurationWish) =>
  call<Configuration>(pathOf(id), { method: 'PUT', body: wish });
export const deleteConfiguration = (id: string) => call<undefined>(pathOf(id), { method: 'DELETE' });

/** Asks the server whether a schema can be extracted by. @throws ApiError with every place at fault */
export const validateSchema = (schema: unknown, signal: AbortSignal) =>
  call<{ data_schema: object }>('/api/v2/extract/schema/validation', {
    method: 'POST',
    body: { data_schema: schema },
    signal,
  });

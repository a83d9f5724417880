/** The tiers of contract 7.2, cheapest first. */
export const PARSE_TIERS = ['fast', 'cost_effective', 'agentic', 'agentic_plus'] as const;
export type ParseTier = (typeof PARSE_TIERS)[number];

/** A configuration that every project has and nobody can change. */
export interface ConfigurationPreset {
  readonly id: string;
  readonly name: string;
  readonly productType: 'parse_v2';
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Only `cfg-PARSE_AGENTIC` is published; the other three follow the same form, one per tier (contract 7.1).
 */
export const PARSE_PRESETS: readonly ConfigurationPreset[] = PARSE_TIERS.map((tier) => ({
  id: `cfg-PARSE_${tier.toUpperCase()}`,
  name: `PARSE_${tier.toUpperCase()}`,
  productType: 'parse_v2',
  parameters: { product_type: 'parse_v2', tier, version: 'latest' },
}));

/** The preset with this id, if it is one. */
export function findPreset(id: string): ConfigurationPreset | undefined {
  return PARSE_PRESETS.find((preset) => preset.id === id);
}

import { LiteParse, type LiteParseConfig } from '@llamaindex/liteparse';

/** A slice of a document and its pages laid out again; those of the next document mostly want the same. */
const MOST_KEPT = 4;

const kept = new Map<string, LiteParse>();

/**
 * A parser with this configuration, made or kept from before: making one takes as long as mending a page's tables. A
 * parser keeps nothing of what it has read; those that know a password are not kept.
 */
export function parserFor(config: Partial<LiteParseConfig>): LiteParse {
  if (config.password !== undefined) return new LiteParse(config);
  const key = JSON.stringify(config);
  const parser = kept.get(key) ?? new LiteParse(config);
  // The one that was not asked for the longest time goes.
  kept.delete(key);
  kept.set(key, parser);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size > MOST_KEPT) kept.delete(oldest);
  return parser;
}

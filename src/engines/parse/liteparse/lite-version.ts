import { createRequire } from 'node:module';

/** The version of LiteParse that is installed. */
export function liteParseVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@llamaindex/liteparse/package.json');
  const version = (manifest as { version?: unknown }).version;
  return typeof version === 'string' ? version : 'unknown';
}

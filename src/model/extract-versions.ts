import { LATEST_PARSE_VERSION } from './parse-versions.ts';

/**
 * The newest release of extraction that this server speaks. No list of releases is published (contract 7.3); it is
 * named after the newest release of parsing, which it stands on.
 */
export const LATEST_EXTRACT_VERSION = Object.values(LATEST_PARSE_VERSION).toSorted().at(-1) ?? '';

/**
 * The version that a job runs: a date stands for the nearest release at or before it, and there is none after the
 * newest.
 * @param version `latest` or a date like 2026-01-31
 */
export function resolveExtractVersion(version: string): string {
  return version === 'latest' || version > LATEST_EXTRACT_VERSION ? LATEST_EXTRACT_VERSION : version;
}

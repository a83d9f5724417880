import { createRequire } from 'node:module';

/** The program's version, from its package. */
export function programVersion(): string {
  const manifest = createRequire(import.meta.url)('../package.json') as { version: string };
  return manifest.version;
}

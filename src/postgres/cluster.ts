import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import type { Logger } from '../logger.ts';
import { POSTGRES_MAJOR, type Binaries } from './binaries.ts';
import { syncDirectory } from './durable-file.ts';
import { EmbeddedPostgresFailedError, EmbeddedPostgresUnavailableError, errorCode } from './failure.ts';
import type { Location } from './location.ts';
import { isGone, ownIdentity } from './process-table.ts';
import { runProgram } from './run-program.ts';
import { NOBODY, handOver, handOverTree, isRoot, type ServerUser } from './server-user.ts';

/** The superuser initdb makes; Sheaf is its only user. */
export const SUPERUSER = 'sheaf';

/** Kept inside the cluster, so that whoever wins the rename below brings the password that fits. */
const PASSWORD_FILE = 'sheaf-password';

/** An unfinished initdb of another host or container is left alone this long. */
const FOREIGN_DRAFT_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Makes sure that a complete cluster of the right version exists, and returns its superuser's password.
 *
 * A new one is made in `init-<process>-<random>` and renamed to `pg18`: a rename onto a cluster fails, so of several
 * Sheafs starting at once exactly one makes it, and a crash in the middle leaves nothing that looks like one.
 */
export async function ensureCluster(options: {
  location: Location;
  binaries: Binaries;
  logger: Logger;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { location, logger } = options;
  removeAbandonedDrafts(location.home);
  if (!existsSync(location.cluster)) {
    await createCluster(options);
    logger.info({ cluster: location.cluster }, 'Made a new, empty database');
  }
  checkVersion(location.cluster);
  location.markCreated();
  takeOwnership(location);
  return readPassword(location.cluster);
}

async function createCluster(options: {
  location: Location;
  binaries: Binaries;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { location, binaries, signal } = options;
  const { home, user } = location;
  refuseNamelessUser(user);
  const draft = join(home, `init-${ownIdentity()}-${randomBytes(6).toString('hex')}`);
  const passwordFile = `${draft}.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    mkdirSync(draft, { mode: 0o700 });
    handOver(draft, user);
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    handOver(passwordFile, user);
    const args = initdbArguments(draft, passwordFile);
    const { exitCode, output } = await runProgram(binaries.initdb, args, { binaries, user, signal });
    if (exitCode !== 0) {
      if (/No space left on device|Check free disk space/.test(output)) {
        throw new EmbeddedPostgresFailedError(
          `There is no space left for a database in ${home}, which needs 50 MB at first. Free some, then try again.`,
        );
      }
      throw new EmbeddedPostgresUnavailableError(
        `initdb could not make a database in ${home}: ${lastLines(output)}`,
      );
    }
    const kept = join(draft, PASSWORD_FILE);
    writeFileSync(kept, `${password}\n`, { mode: 0o600, flush: true });
    handOver(kept, user);
    syncDirectory(draft);
    publish(draft, location.cluster);
    syncDirectory(home);
  } finally {
    removeDraft(draft);
    rmSync(passwordFile, { force: true });
  }
}

/** Losing the race to another Sheaf is a success: its cluster is as good. */
function publish(draft: string, cluster: string): void {
  try {
    renameSync(draft, cluster);
  } catch (error) {
    if (!existsSync(join(cluster, 'PG_VERSION'))) throw error;
  }
}

/**
 * The built-in provider's C.UTF-8 sorts and folds case the same on every platform and after every system upgrade;
 * the operating system's locale only serves what is left (messages, the default for tools).
 */
function initdbArguments(directory: string, passwordFile: string): string[] {
  return [
    `--pgdata=${directory}`,
    `--username=${SUPERUSER}`,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    `--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`,
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ];
}

/** initdb (not the server) looks its user up by name; containers with an arbitrary `--user` have none. */
function refuseNamelessUser(user: ServerUser | undefined): void {
  if (process.platform === 'win32' || user) return;
  try {
    userInfo();
  } catch (error) {
    const uid = process.geteuid?.();
    throw new EmbeddedPostgresUnavailableError(
      `uid ${uid} has no entry in the passwd database, and initdb refuses such a user`,
      `Add one (echo 'sheaf:x:${uid}:${process.getegid?.()}::/:/sbin/nologin' >> /etc/passwd), run Sheaf as a user that has one, or as root`,
      error,
    );
  }
}

function checkVersion(cluster: string): void {
  const file = join(cluster, 'PG_VERSION');
  if (!existsSync(file)) {
    throw new EmbeddedPostgresFailedError(
      `${cluster} exists but is no PostgreSQL cluster (PG_VERSION is missing). Restore it from a backup, or move it away to start empty`,
    );
  }
  const version = readFileSync(file, 'utf8').trim();
  if (version !== POSTGRES_MAJOR) {
    throw new EmbeddedPostgresFailedError(
      `The database in ${cluster} was made by PostgreSQL ${version}, and this Sheaf runs PostgreSQL ${POSTGRES_MAJOR}. ` +
        `Start the version of Sheaf that made it, or serve it with a PostgreSQL ${version} of your own through SHEAF_DATABASE_URL`,
    );
  }
}

/** A cluster restored by root belongs to root, which PostgreSQL does not run as; it also insists on mode 0700. */
function takeOwnership({ cluster, user }: Location): void {
  if (process.platform === 'win32') return;
  if (user && isRoot() && statSync(cluster).uid === 0) handOverTree(cluster, NOBODY);
  if ((statSync(cluster).mode & 0o777) !== 0o700) chmodSync(cluster, 0o700);
}

function readPassword(cluster: string): string {
  const file = join(cluster, PASSWORD_FILE);
  if (!existsSync(file)) {
    throw new EmbeddedPostgresFailedError(
      `The password of the database is missing: restore ${file} from a backup`,
    );
  }
  return readFileSync(file, 'utf8').trim();
}

/** Removes what an initdb left behind whose process is gone. */
function removeAbandonedDrafts(home: string): void {
  for (const name of readdirSync(home)) {
    const identity = /^init-([^-]+)-/.exec(name)?.[1];
    if (!identity) continue;
    const path = join(home, name);
    const gone = isGone(identity) ?? ageMs(path) > FOREIGN_DRAFT_AGE_MS;
    if (gone) removeDraft(path);
  }
}

/** An initdb that outlived its Sheaf may still be writing there: what remains is left to the next start. */
function removeDraft(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    if (errorCode(error) !== 'ENOTEMPTY') throw error;
  }
}

function ageMs(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' | ');
}

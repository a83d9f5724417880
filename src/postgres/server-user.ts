import { lchownSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresUnavailableError, describe } from './failure.ts';

/**
 * The account PostgreSQL runs as when it is not Sheaf's own. PostgreSQL refuses to run as root, so root hands it
 * to `nobody` or to whoever already owns the cluster.
 */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` on every Linux distribution: it needs no `useradd`. */
export const NOBODY: ServerUser = { uid: 65534, gid: 65534 };

/** The mend when root may not do what root does. */
export const ROOT_WITHOUT_POWERS =
  'Run Sheaf as an ordinary user, or allow it the capabilities CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID and SETUID';

/** Whether this process is root, the one user PostgreSQL does not run for. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * The first directory on the way to `path` (itself included, if it is one) that this user may not pass, or
 * undefined. Goes by the permission bits alone, with no supplementary groups, because a child started with a uid
 * has none.
 *
 * @param path absolute and free of symbolic links (see `realpath`)
 */
export function firstImpassable(path: string, user: ServerUser): string | undefined {
  for (const directory of [...ancestors(path), path]) {
    const stat = statSync(directory);
    if (stat.isDirectory() && !allows(stat, user, 0o1)) return directory;
  }
  return undefined;
}

/** Whether the user may read (and, for a program, run) a file, provided it can get there. */
export function mayRead(file: string, user: ServerUser, alsoRun = false): boolean {
  return allows(statSync(file), user, alsoRun ? 0o5 : 0o4);
}

/** Gives one file or directory to the server's account; nothing to do when that is Sheaf's own. */
export function handOver(path: string, user: ServerUser | undefined, gid = user?.gid): void {
  if (!user) return;
  try {
    lchownSync(path, user.uid, gid ?? user.gid);
  } catch (error) {
    throw new EmbeddedPostgresUnavailableError(
      `Sheaf runs as root but may not give ${path} to uid ${user.uid}, which PostgreSQL would run as (${describe(error)})`,
      ROOT_WITHOUT_POWERS,
      error,
    );
  }
}

/** Gives a whole tree to an account, without following links. */
export function handOverTree(path: string, user: ServerUser): void {
  lchownSync(path, user.uid, user.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const entry of readdirSync(path)) handOverTree(join(path, entry), user);
}

/** `stat` bits checked as the kernel does: the first class that matches decides alone. */
function allows(stat: { uid: number; gid: number; mode: number }, user: ServerUser, wanted: number): boolean {
  const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid ? 3 : 0;
  return ((stat.mode >> shift) & wanted) === wanted;
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestors(parent), parent];
}

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../logger.ts';
import { createFile, replaceFile } from './durable-file.ts';
import { EmbeddedPostgresFailedError, EmbeddedPostgresUnavailableError } from './failure.ts';
import { NOBODY, firstImpassable, isRoot, type ServerUser } from './server-user.ts';

/** Where everything of the embedded server lies, and who runs it. */
export interface Location {
  /** Absolute, without symbolic links. */
  readonly home: string;
  /** `<home>/pg18`, the cluster (PGDATA). It exists only once it is complete. */
  readonly cluster: string;
  /** Undefined: PostgreSQL runs as the same user as Sheaf. */
  readonly user: ServerUser | undefined;
  /** Notes that the cluster was made, so that its later absence is an error and not a fresh start. */
  markCreated(): void;
}

/** `<dataDir>/postgres-location`, present only when the cluster had to be put elsewhere. */
interface Pointer {
  readonly home: string;
  /** False only between choosing the place and the end of the first initdb. */
  readonly created: boolean;
}

const POINTER = 'postgres-location';
/** In a home that lies elsewhere: the data directory it belongs to. */
const BACK_POINTER = 'data-dir';

/**
 * Finds or chooses the server's home: `<dataDir>/postgres`, or, when Sheaf is root and its server's account cannot
 * pass the way there (a data directory below /root, say), a directory of its own below `relocationBase`, remembered
 * in a pointer file.
 *
 * @throws EmbeddedPostgresFailedError when a cluster that was there has gone or belongs to someone else
 */
export function settleLocation(options: {
  dataDir: string;
  relocationBase: string;
  logger: Logger;
}): Location {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const pointerFile = join(dataDir, POINTER);
  const pointer = readPointer(pointerFile);
  if (pointer) return followPointer(pointer, dataDir, pointerFile);

  const home = join(dataDir, 'postgres');
  const cluster = join(home, 'pg18');
  if (existsSync(cluster)) {
    const user = ownerOf(cluster);
    const obstacle = user && firstImpassable(dataDir, user);
    if (obstacle) {
      throw new EmbeddedPostgresFailedError(
        `The database in ${cluster} belongs to uid ${user.uid}, which may no longer pass ${obstacle}. ` +
          `Allow it with: chmod o+x ${obstacle}`,
      );
    }
    openHome(home, user);
    return { home, cluster, user, markCreated: () => {} };
  }

  const user = isRoot() ? NOBODY : undefined;
  const obstacle = user && firstImpassable(dataDir, user);
  if (user && obstacle) return relocate({ ...options, dataDir, pointerFile, obstacle, user });
  openHome(home, user);
  return { home, cluster, user, markCreated: () => {} };
}

/** Whether a data directory has a database, here or elsewhere. */
export function hasEmbeddedDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres', 'pg18')) || existsSync(join(dataDir, POINTER));
}

/** Removes the database of a directory that is given up, where it had to be put elsewhere. It must not run. */
export async function removeRelocatedDatabase(dataDir: string): Promise<void> {
  const pointer = readPointer(join(dataDir, POINTER));
  if (pointer) await rm(pointer.home, { recursive: true, force: true });
}

function relocate(choice: {
  dataDir: string;
  pointerFile: string;
  relocationBase: string;
  obstacle: string;
  user: ServerUser;
  logger: Logger;
}): Location {
  mkdirSync(choice.relocationBase, { recursive: true, mode: 0o755 });
  const base = realpathSync(choice.relocationBase);
  const alsoImpassable = firstImpassable(base, choice.user);
  if (alsoImpassable) {
    throw new EmbeddedPostgresUnavailableError(
      `Sheaf runs as root, PostgreSQL must not, and the account it would run as (uid ${choice.user.uid}) may pass ` +
        `neither ${choice.obstacle} nor ${alsoImpassable}`,
      'Put the data directory where every user may pass, for example SHEAF_DATA_DIR=/srv/sheaf, or run Sheaf as an ordinary user',
    );
  }
  const home = join(base, randomUUID());
  openHome(home, choice.user);
  writeFileSync(join(home, BACK_POINTER), `${choice.dataDir}\n`);
  if (!createFile(choice.pointerFile, pointerText({ home, created: false }))) {
    // Another Sheaf on the same data directory was first: its place is the place.
    rmSync(home, { recursive: true });
    const winner = readPointer(choice.pointerFile);
    if (winner) return followPointer(winner, choice.dataDir, choice.pointerFile);
    throw new EmbeddedPostgresFailedError(`${choice.pointerFile} vanished while Sheaf was starting`);
  }
  choice.logger.warn(
    { home, pointer: choice.pointerFile },
    `Sheaf runs as root, and PostgreSQL, which runs as uid ${choice.user.uid}, may not pass ${choice.obstacle}: ` +
      `the database lies in ${home} instead of the data directory. Include it in backups and volumes`,
  );
  return followPointer({ home, created: false }, choice.dataDir, choice.pointerFile);
}

function followPointer(pointer: Pointer, dataDir: string, pointerFile: string): Location {
  const cluster = join(pointer.home, 'pg18');
  if (!existsSync(pointer.home) || (pointer.created && !existsSync(cluster))) {
    throw new EmbeddedPostgresFailedError(
      `The database of ${dataDir} should be in ${cluster} (so says ${pointerFile}) but it is not there. ` +
        `Bring the directory back; or, to give up its contents and start empty, delete ${pointerFile}`,
    );
  }
  refuseSecondOwner(pointer.home, dataDir);
  const user = existsSync(cluster) ? ownerOf(cluster) : isRoot() ? NOBODY : undefined;
  openHome(pointer.home, user);
  const markCreated = (): void => {
    if (!pointer.created) replaceFile(pointerFile, pointerText({ home: pointer.home, created: true }));
  };
  return { home: pointer.home, cluster, user, markCreated };
}

/** A data directory that was copied brings its pointer along; both would then write into one database. */
function refuseSecondOwner(home: string, dataDir: string): void {
  const backPointer = join(home, BACK_POINTER);
  const owner = existsSync(backPointer) ? readFileSync(backPointer, 'utf8').trim() : dataDir;
  if (owner === dataDir) return;
  if (readPointer(join(owner, POINTER))?.home === home) {
    throw new EmbeddedPostgresFailedError(
      `${dataDir} is a copy of ${owner}, whose database in ${home} it would share. ` +
        `To start the copy with an empty database, delete ${join(dataDir, POINTER)}`,
    );
  }
  replaceFile(backPointer, `${dataDir}\n`);
}

/** As root the cluster's owner runs the server; anyone else can only run what is their own. */
function ownerOf(cluster: string): ServerUser | undefined {
  if (process.platform === 'win32') return undefined;
  const { uid, gid } = statSync(cluster);
  if (isRoot()) return uid === 0 ? NOBODY : { uid, gid };
  if (uid === process.geteuid?.()) return undefined;
  throw new EmbeddedPostgresFailedError(
    `The database in ${cluster} belongs to uid ${uid}, but Sheaf runs as uid ${process.geteuid?.()}. ` +
      `Run Sheaf as that user or as root, or give it the directory with chown -R`,
  );
}

/** The home itself is ours, so it is made passable; what lies in it guards itself. */
function openHome(home: string, user: ServerUser | undefined): void {
  mkdirSync(home, { recursive: true, mode: user ? 0o711 : 0o700 });
  if (user) chmodSync(home, 0o711);
  try {
    accessSync(home, constants.W_OK);
  } catch (error) {
    throw new EmbeddedPostgresFailedError(
      `Sheaf may not write to ${home}, where its database belongs. Give it the directory with chown -R, or choose another data directory`,
      error,
    );
  }
}

function readPointer(file: string): Pointer | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { home, created } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Pointer>;
    if (typeof home === 'string') return { home, created: created !== false };
  } catch {
    // Falls through to the same complaint as a well-formed file without a home.
  }
  throw new EmbeddedPostgresFailedError(
    `${file} should name the directory of the database as {"home": "/absolute/path"} and does not. Restore it`,
  );
}

function pointerText(pointer: Pointer): string {
  return `${JSON.stringify(pointer)}\n`;
}

import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFile, replaceFile } from './durable-file.ts';
import { EmbeddedPostgresUnavailableError } from './failure.ts';
import type { Location } from './location.ts';
import { firstImpassable, handOver, type ServerUser } from './server-user.ts';

/** Where the server listens, in the terms of `pg`: a socket's directory, or on Windows the loopback address. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** With a socket the port is only part of its file name; nothing listens on the network. */
const SOCKET_PORT = 5432;

/** A socket's path must fit sockaddr_un: 104 bytes on macOS and 108 on Linux, with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 100;

/** `<home>/endpoint.json`: written when the place is not the usual one, so that every Sheaf finds it again. */
interface EndpointRecord extends Endpoint {
  /** The cluster it was chosen for; in a copied data directory this no longer fits and the record is void. */
  readonly cluster: string;
}

/**
 * The endpoint of this cluster: `<home>/run`, a short private directory below the system's temporary one when
 * that path is too long for a socket, or on Windows a free port. A choice is kept until `avoid` says that someone
 * else answers there.
 */
export async function settleEndpoint(location: Location, avoid?: Endpoint): Promise<Endpoint> {
  const record = readRecord(location);
  if (process.platform === 'win32') {
    if (record && record.port !== avoid?.port) return record;
    return writeRecord(location, { host: '127.0.0.1', port: await freePort() }, avoid);
  }
  const usual = join(location.home, 'run');
  if (fits(usual) && usual !== avoid?.host && openSocketDirectory(usual, location.user)) {
    return { host: usual, port: SOCKET_PORT };
  }
  if (
    record &&
    record.host !== avoid?.host &&
    existsSync(dirname(record.host)) &&
    openSocketDirectory(record.host, location.user)
  )
    return record;
  const name = `sheaf-${createHash('sha256').update(location.cluster).digest('hex').slice(0, 16)}`;
  for (const parent of [tmpdir(), '/tmp']) {
    if (!existsSync(parent) || (location.user && firstImpassable(realpathSync(parent), location.user)))
      continue;
    // The plain name may be taken by another user's directory: it must never be trusted, only avoided.
    for (const suffix of ['', `-${randomBytes(3).toString('hex')}`]) {
      const host = join(realpathSync(parent), name + suffix);
      if (fits(host) && host !== avoid?.host && openSocketDirectory(host, location.user)) {
        return writeRecord(location, { host, port: SOCKET_PORT }, avoid);
      }
    }
  }
  throw new EmbeddedPostgresUnavailableError(
    `no directory was found for the server's socket: ${usual} is too long (${MAX_SOCKET_PATH_BYTES} bytes with the file name), and ${tmpdir()} and /tmp cannot be used`,
    'Choose a data directory with a shorter path',
  );
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, `.s.PGSQL.${SOCKET_PORT}`)) <= MAX_SOCKET_PATH_BYTES;
}

/**
 * Makes the directory, closed to everyone but the server's account and (when that is another) Sheaf's own group.
 * Returns false when it exists and belongs to somebody else or is not a directory at all.
 */
function openSocketDirectory(directory: string, user: ServerUser | undefined): boolean {
  makeClosedDirectory(directory);
  const stat = lstatSync(directory);
  const owner = user?.uid ?? process.geteuid?.();
  if (!stat.isDirectory() || (stat.uid !== owner && stat.uid !== process.geteuid?.())) return false;
  handOver(directory, user, process.getegid?.());
  chmodSync(directory, user ? 0o710 : 0o700);
  return true;
}

/** Makes it where nothing is; another Sheaf may be about the same. */
function makeClosedDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function readRecord(location: Location): EndpointRecord | undefined {
  const file = join(location.home, 'endpoint.json');
  if (!existsSync(file)) return undefined;
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as EndpointRecord;
    return record.cluster === location.cluster ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Of several Sheafs that choose at once the first decides, and the others take its choice. */
function writeRecord(location: Location, endpoint: Endpoint, avoid: Endpoint | undefined): Endpoint {
  const file = join(location.home, 'endpoint.json');
  const text = `${JSON.stringify({ ...endpoint, cluster: location.cluster } satisfies EndpointRecord)}\n`;
  if (createFile(file, text)) return endpoint;
  const other = readRecord(location);
  if (other && (other.host !== avoid?.host || other.port !== avoid.port)) return other;
  replaceFile(file, text);
  return endpoint;
}

/** A port that was free a moment ago. If someone takes it first, the server does not start and another is chosen. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

import { spawn, type SpawnOptions } from 'node:child_process';
import type { Binaries } from './binaries.ts';
import type { ServerUser } from './server-user.ts';

/** What decides how one of PostgreSQL's programs is run. */
export interface ProgramContext {
  readonly binaries: Pick<Binaries, 'libraryPath'>;
  readonly user: ServerUser | undefined;
}

/**
 * Account, environment and directory for a program of PostgreSQL. The environment is built from nothing, so that
 * neither Sheaf's secrets nor stray `PG*` settings reach the server; Windows cannot load programs without its own
 * and passes it on. The directory is one that every account may pass.
 */
export function spawnOptions({ binaries, user }: ProgramContext): SpawnOptions {
  if (process.platform === 'win32') return { windowsHide: true };
  return {
    cwd: '/',
    env: {
      LC_ALL: 'C',
      TZ: 'UTC',
      PATH: '/usr/bin:/bin',
      ...(binaries.libraryPath.length > 0 && { LD_LIBRARY_PATH: binaries.libraryPath.join(':') }),
    },
    ...(user && { uid: user.uid, gid: user.gid }),
  };
}

/**
 * Runs a program to its end and returns what it wrote (both streams, in order of arrival).
 *
 * @throws the system's error when the program cannot be started at all
 */
export function runProgram(
  program: string,
  args: readonly string[],
  context: ProgramContext & { signal?: AbortSignal | undefined },
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...spawnOptions(context),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(context.signal && { signal: context.signal }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
      // An aborted program is still ending; what it was doing is over only when it has closed.
      if (child.pid === undefined) reject(error);
    });
    child.once('close', (exitCode) => (failure ? reject(failure) : resolve({ exitCode, output })));
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { databaseUrlFor } from './external-database.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What a command has printed, and how it ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A command that runs. */
export interface StartedCommand {
  readonly ended: Promise<CommandRun>;
  signal(signal: 'SIGINT' | 'SIGTERM'): void;
}

/** Runs a command of the built program to its end, on this data directory. */
export async function runSheaf(
  dataDir: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  return (await startSheaf(dataDir, args, settings)).ended;
}

/** Begins a command of the built program, on this data directory. */
export async function startSheaf(
  dataDir: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<StartedCommand> {
  const databaseUrl = await databaseUrlFor(dataDir);
  const child = spawn(process.execPath, [MAIN, ...args, '--data-dir', dataDir], {
    // The tests' own surroundings must not configure it.
    env: {
      PATH: process.env.PATH,
      ...(databaseUrl !== undefined && { SHEAF_DATABASE_URL: databaseUrl }),
      ...settings,
    },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    ended: closed.then(([code]) => ({ code, output, errors })),
    signal: (signal) => void child.kill(signal),
  };
}

/** Runs a command with `--json`. @throws when it fails */
export async function sheafJson<T>(dataDir: string, ...args: string[]): Promise<T> {
  const run = await runSheaf(dataDir, [...args, '--json']);
  if (run.code !== 0) throw new Error(`sheaf ${args.join(' ')} ended with ${run.code}: ${run.errors}`);
  return JSON.parse(run.output) as T;
}

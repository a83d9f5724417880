import { spawn } from 'node:child_process';
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { killTree } from '../supervised/process-tree.ts';

/** How often it is looked how much a program has written. */
const WATCH_INTERVAL_MS = 250;
const OUTPUT_TAIL = 4_000;

export interface ProgramRun {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where it works and writes. */
  readonly directory: string;
  /** Milliseconds after which it is killed. */
  readonly deadlineMs: number;
  /** Bytes that may lie in `directory` before it is killed. */
  readonly mostBytes: number;
}

export type ProgramEnd =
  /** `words`: the end of what it wrote to standard output and error. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly words: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too large' };

/**
 * Runs a program in this process's group, so that a kill of the group ends it too, and waits until it and everything
 * it started has closed its output. @throws {Error} when it cannot be started
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const [program = '', ...options] = run.command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, {
      cwd: run.directory,
      env: run.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let words = '';
    let killed: ProgramEnd | undefined;
    const kill = (end: ProgramEnd) => {
      killed ??= end;
      if (child.pid !== undefined) killTree(child.pid);
    };
    const keep = (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-OUTPUT_TAIL);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const deadline = setTimeout(() => kill({ kind: 'timeout' }), run.deadlineMs);
    const watch = setInterval(() => {
      if (bytesIn(run.directory) > run.mostBytes) kill({ kind: 'too large' });
    }, WATCH_INTERVAL_MS);
    const settle = () => {
      clearTimeout(deadline);
      clearInterval(watch);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code) => {
      settle();
      if (!killed && bytesIn(run.directory) > run.mostBytes) killed = { kind: 'too large' };
      resolve(killed ?? { kind: 'ended', code, words: words.trim() });
    });
  });
}

/** Bytes of all files below a directory; what vanishes meanwhile does not count. Links are not followed. */
function bytesIn(directory: string): number {
  let total = 0;
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) total += bytesIn(path);
    else if (entry.isFile()) total += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

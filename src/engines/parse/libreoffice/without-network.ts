import { spawnSync } from 'node:child_process';

/** Ways to run a program in a network of its own that leads nowhere; the second needs no privileges. */
const WAYS: readonly (readonly string[])[] = [
  ['unshare', '-n'],
  ['unshare', '-r', '-n'],
];

let found: readonly string[] | undefined;

/**
 * What stands before a command so that it runs without a network; empty where the system does not allow that (it is
 * Linux's alone, and containers often forbid it), and the profile's settings stand alone. Tried once.
 */
export function withoutNetwork(): readonly string[] {
  found ??= process.platform === 'linux' ? (WAYS.find(works) ?? []) : [];
  return found;
}

function works([program = '', ...options]: readonly string[]): boolean {
  return spawnSync(program, [...options, 'true'], { stdio: 'ignore', timeout: 5_000 }).status === 0;
}

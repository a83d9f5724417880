import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';

/**
 * What the operating system says about other processes. A bare process id proves nothing: after a reboot, or in
 * a new container, the same number belongs to another program. So ids are always read together with the program's
 * name, its working directory or its start time.
 */
const onLinux = process.platform === 'linux';

/** Whether a process with this id runs. A zombie (dead, not yet reaped by its parent) does not. */
export function isRunning(pid: number): boolean {
  if (onLinux) {
    const stat = statFields(pid);
    return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
  }
  return idIsTaken(pid);
}

/** Whether the id still stands in the process table, zombies included. PostgreSQL's own lock check sees only this. */
export function idIsTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time in clock ticks since boot (Linux), which tells two holders of one id apart; `0` where unknown. */
export function startTicks(pid: number): string {
  return (onLinux && statFields(pid)?.startTicks) || '0';
}

/** The program's name, or undefined where it cannot be found out. */
export function programName(pid: number): string | undefined {
  try {
    if (onLinux) return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (process.platform === 'win32') return undefined;
    const name = execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).trim();
    return name === '' ? undefined : basename(name);
  } catch {
    return undefined;
  }
}

/** The directory a process works in, or undefined where it cannot be read (other user, other platform). */
export function workingDirectory(pid: number): string | undefined {
  try {
    if (onLinux) return readlinkSync(`/proc/${pid}/cwd`);
    if (process.platform === 'win32') return undefined;
    const fields = execFileSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^n(.+)$/m.exec(fields)?.[1];
  } catch {
    return undefined;
  }
}

/** The words a process was started with, or undefined where they cannot be read. */
export function commandWords(pid: number): string[] | undefined {
  try {
    if (onLinux) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-ww', '-p', String(pid), '-o', 'args='], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch {
    return undefined;
  }
}

/** Ids of the running processes that work in a directory (Linux; elsewhere none are reported). */
export function processesWorkingIn(directory: string): number[] {
  if (!onLinux) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingDirectory(pid) === directory && isRunning(pid));
}

/** A name for this very process that no later holder of its id, and no container beside it, shares. */
export function ownIdentity(): string {
  return `${process.pid}.${startTicks(process.pid)}.${hostTag()}`;
}

/** Whether the process named by {@link ownIdentity} is gone; undefined when it ran on another host or container. */
export function isGone(identity: string): boolean | undefined {
  const [pid, ticks, host] = identity.split('.');
  if (host !== hostTag()) return undefined;
  return !isRunning(Number(pid)) || startTicks(Number(pid)) !== ticks;
}

function hostTag(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/** proc(5): the name in parentheses may hold anything, so fields are counted from the last closing one. */
function statFields(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '0' };
  } catch {
    return undefined;
  }
}

import { readFileSync, readlinkSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/**
 * Where pids mean the same as here: a boot of a machine and, in it, a pid namespace. Containers may share a host name
 * or a volume and have namespaces of their own, in which pid 1 or 7 is a different process in each.
 */
export const PID_PLACE = pidPlace();

function pidPlace(): string {
  if (process.platform !== 'linux') return 'machine';
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
    return `${boot}-${namespace}`;
  } catch {
    // A place that nobody else is in: then no pid is judged at all.
    return randomUUID();
  }
}

/** What {@link processStart} says of a living process where the system does not tell when it was started. */
export const START_UNKNOWN = 'unknown';

/**
 * When a process of this place was started, in the kernel's own unit; tells it from a later one with the same pid.
 * Where there is no /proc, a living process is taken to be the same one. Undefined for a process that does not exist, or
 * that has ended and waits for its parent to notice (a zombie: in containers the first process often takes seconds).
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the state follows it, and the start time is the 20th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /^[ZX]$/i.test(fields[0] ?? '') ? undefined : fields[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    process.kill(pid, 0);
    return START_UNKNOWN;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? START_UNKNOWN : undefined;
  }
}

import { spawnSync } from 'node:child_process';
import { isRunning } from '../../src/postgres/process-table.ts';

/** A host of the test's own: a network namespace on a bridge of this machine, whose cable can be pulled. */
export interface TestHost {
  /** Words in front of a command that runs there. */
  readonly prefix: readonly string[];
  /** Nothing arrives and nothing is refused, as when a switch dies. */
  cutOff(): void;
  reconnect(): void;
}

/** A network of namespaces on this machine. Nothing beyond it can be reached from its hosts. */
export interface TestNetwork extends Disposable {
  /** Where this machine is reached from the hosts. */
  readonly gateway: string;
  readonly hosts: readonly TestHost[];
}

const SUBNET = '10.213.7';

/** Whether this process may make namespaces here: Linux, iproute2, and root's rights. */
export function canMakeNetworks(): boolean {
  if (process.platform !== 'linux') return false;
  const name = `sheaf-probe-${process.pid}`;
  const made = ip('netns', 'add', name);
  if (made.ok) ip('netns', 'del', name);
  return made.ok;
}

/** @throws when a step is refused; what was made by then is removed */
export function openNetwork(count: number): TestNetwork {
  removeAbandoned();
  const bridge = `shf${process.pid}`;
  const names = Array.from({ length: count }, (_, index) => `${bridge}-${index + 1}`);
  const remove = (): void => {
    for (const name of names) ip('netns', 'del', name);
    ip('link', 'del', bridge);
  };
  try {
    must('link', 'add', bridge, 'type', 'bridge');
    must('addr', 'add', `${SUBNET}.1/24`, 'dev', bridge);
    must('link', 'set', bridge, 'up');
    const hosts = names.map((name, index) => plugIn(name, bridge, `${SUBNET}.${index + 2}/24`));
    return { gateway: `${SUBNET}.1`, hosts, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A run that was killed leaves its network behind, whose addresses are those of the next one. */
function removeAbandoned(): void {
  const owners = new Set<string>();
  for (const [, name = '', pid] of ip('netns', 'list').printed.matchAll(/^(shf(\d+)-\d+)/gm)) {
    if (isRunning(Number(pid))) continue;
    ip('netns', 'del', name);
    owners.add(`shf${pid}`);
  }
  for (const bridge of owners) ip('link', 'del', bridge);
}

/** A namespace with one cable to the bridge. */
function plugIn(name: string, bridge: string, address: string): TestHost {
  const inside = ['netns', 'exec', name, 'ip'];
  must('netns', 'add', name);
  must('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  must('link', 'set', name, 'master', bridge, 'up');
  must(...inside, 'addr', 'add', address, 'dev', 'eth0');
  must(...inside, 'link', 'set', 'eth0', 'up');
  must(...inside, 'link', 'set', 'lo', 'up');
  return {
    prefix: ['ip', 'netns', 'exec', name],
    // Taken off the bridge rather than down: the host sees a cable that is plugged in, and silence.
    cutOff: () => must('link', 'set', name, 'nomaster'),
    reconnect: () => must('link', 'set', name, 'master', bridge),
  };
}

function must(...words: string[]): void {
  const { ok, said } = ip(...words);
  if (!ok) throw new Error(`ip ${words.join(' ')}: ${said}`);
}

function ip(...words: string[]): { ok: boolean; said: string; printed: string } {
  const { status, stdout, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' });
  return { ok: status === 0, said: error?.message ?? stderr, printed: error ? '' : stdout };
}

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Worker processes of a measurement. */
export interface ScaleWorkers extends AsyncDisposable {
  /** @throws when one has ended by itself: nobody would do its work. */
  check(): void;
  /** Ends them and waits. */
  stop(): Promise<void>;
}

/** Starts processes of one program and waits until each has said that it is ready. */
export async function startWorkers(program: string, count: number, settings: unknown): Promise<ScaleWorkers> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const children = Array.from({ length: count }, () =>
    fork(path, [JSON.stringify(settings)], { execArgv: ['--import', 'tsx'] }),
  );
  await Promise.all(children.map(readiness));
  const stop = async (): Promise<void> => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.disconnect();
        await ended;
      }),
    );
  };
  const check = (): void => {
    const ended = children.find((child) => child.exitCode !== null || child.signalCode !== null);
    if (ended) throw new Error(`a worker process ended with ${ended.exitCode ?? ended.signalCode}`);
  };
  return { check, stop, [Symbol.asyncDispose]: stop };
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`a worker process ended with ${code}`)));
  });
}

/** Finds all addresses of a name; fails or gives none when the name has none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** The same for somebody who may stop waiting. @throws what the signal was aborted with */
export type QueuedLookup = (name: string, signal?: AbortSignal) => Promise<readonly string[]>;

interface Waiting {
  readonly name: string;
  readonly start: () => void;
}

/**
 * Bounds how many look-ups run at the same time. The system's cannot be stopped, and each keeps a thread until its
 * name server answers or gives it up; what has not begun waits here instead, and leaves when its caller does. Those who
 * ask for a name that is being looked up already get that answer, so a slow name takes one place, however often it is
 * asked for. Nothing is remembered.
 */
export function createLookupQueue(lookup: Lookup, atOnce: number): QueuedLookup {
  const running = new Map<string, Promise<readonly string[]>>();
  const waiting = new Set<Waiting>();

  const begin = (name: string): Promise<readonly string[]> => {
    const work = Promise.resolve()
      .then(() => lookup(name))
      .finally(() => {
        running.delete(name);
        next();
      });
    running.set(name, work);
    return work;
  };

  /** Lets in whom there is room for, in order, and everybody whose name is being looked up by now. */
  const next = (): void => {
    for (const one of waiting) {
      if (running.size >= atOnce && !running.has(one.name)) continue;
      waiting.delete(one);
      one.start();
    }
  };

  return (name, signal) =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(one);
        reject(signal?.reason as Error);
      };
      const settled = (): void => signal?.removeEventListener('abort', leave);
      const one: Waiting = {
        name,
        start: () => {
          const work = running.get(name) ?? begin(name);
          work.then(resolve, reject).finally(settled);
        },
      };
      if (signal?.aborted) {
        leave();
        return;
      }
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(one);
      next();
    });
}

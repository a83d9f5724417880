import { Readable } from 'node:stream';
import type { BatchChange } from '../../../services/follow-batch.ts';
import { presentBatch } from './present.ts';

/** A comment keeps proxies from taking a quiet stream for a dead one. */
const KEEP_ALIVE_MS = 15_000;

/**
 * A batch's changes as Server-Sent Events: `progress` with the batch as it is, and a `status` for every status it
 * has had, with the revision as id. Progress comes before the status that it leads to: a client that reconnects
 * with the id of the last status it saw has missed nothing.
 */
export function streamEvents(changes: AsyncIterable<BatchChange>, close: () => void): Readable {
  const stream = new Readable({ read: () => undefined, destroy: (error, done) => (stop(), done(error)) });
  const keepAlive = setInterval(() => stream.push(': still here\n\n'), KEEP_ALIVE_MS);
  const stop = (): void => {
    clearInterval(keepAlive);
    close();
  };
  void (async () => {
    try {
      for await (const change of changes) stream.push(encode(change));
      stream.push(null);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      stop();
    }
  })();
  return stream;
}

function encode({ view, transitions }: BatchChange): string {
  const id = view.batch.id;
  const progress = event(
    'progress',
    presentBatch(view),
    transitions.length === 0 ? view.batch.revision : undefined,
  );
  const statuses = transitions.map(({ revision, status, at }) =>
    event('status', { id, status, at: at.toISOString() }, revision),
  );
  return [progress, ...statuses].join('');
}

function event(name: string, data: unknown, id: number | undefined): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

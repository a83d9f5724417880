import { setTimeout as delay } from 'node:timers/promises';
import type LlamaCloud from '@llamaindex/llama-cloud';
import { createBatch, isTerminal, uploadDirectory } from './batch-requests.ts';
import { countingClient, isRefusal } from './counting-client.ts';
import { openLedger, type Load } from './ledger.ts';
import type { Random } from './random.ts';
import { API_KEY, type Site } from './site.ts';

/** Clients at the same time. Two batches may run, so some are throttled. */
const CLIENTS = 8;
/** How long a client watches its batch before it makes the next, in milliseconds. */
const PATIENCE_MS = 6_000;
const CANCELLED_SHARE = 0.35;
const LONGEST_WAIT_TO_CANCEL_MS = 1_200;
/** Nobody is there; that events are sent is enough here. */
const RECEIVER_URL = 'https://receiver.invalid';

const SHORT = ['letter.pdf', 'invoice.pdf', 'form.pdf'];
/** Of different sizes; two documents cannot be read, and the images take their time. */
const DIRECTORIES: readonly (readonly string[])[] = [
  SHORT,
  [...SHORT, 'broken.pdf', ...SHORT, 'locked.pdf', 'two-columns.pdf', 'statement.pdf', ...SHORT],
  [...SHORT, 'notice.png', 'report.pdf', 'label.webp', 'languages.pdf', 'slides.pdf', ...SHORT],
];

/** Uploads the documents; then everything is ready for {@link Load.start}. */
export async function prepareLoad(site: Site, random: Random): Promise<Load> {
  const ledger = openLedger();
  const { counts, wrongs } = ledger;
  const client = countingClient(site.apis, API_KEY, ledger);
  const sources = await Promise.all(DIRECTORIES.map((names) => uploadDirectory(client, names)));
  let open = 0;
  let stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const work = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const id = await createBatch(client, random.pick(sources), RECEIVER_URL, ledger);
      if (id === undefined) continue;
      open += 1;
      if (random.chance(CANCELLED_SHARE)) {
        await pause(random.integer(0, LONGEST_WAIT_TO_CANCEL_MS), signal);
        counts.cancels += 1;
        await client.batches.cancel(id).catch((error: unknown) => {
          counts.refusedCancels += 1;
          // 400: the batch has ended already.
          if (isRefusal(error) && error.status !== 400) wrongs.push(`a cancel was refused: ${String(error)}`);
        });
      }
      await untilEnded(client, id, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
      open -= 1;
    }
  };

  return {
    ...ledger,
    get open() {
      return open;
    },
    start() {
      stopping = new AbortController();
      running = Promise.all(Array.from({ length: CLIENTS }, () => work(stopping.signal)));
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function untilEnded(client: LlamaCloud, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const status = await client.batches.get(id, {}, { maxRetries: 0 }).then(
      (batch) => batch.status,
      () => undefined,
    );
    if (isTerminal(status)) return;
    await pause(200, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

import { setTimeout as delay } from 'node:timers/promises';
import type LlamaCloud from '@llamaindex/llama-cloud';
import { exampleDocument } from '../support/example-documents.ts';
import type { Random } from './random.ts';
import { countingClient, isRefusal, type Answers } from './counting-client.ts';
import { API_KEY, type Site } from './site.ts';

/** A batch as it was asked for. */
export interface RequestedBatch {
  readonly id: string;
  /** The URL of its webhook, which no other request has. */
  readonly marker: string;
  readonly files: number;
}

/** A batch whose 201 arrived: from now on it must never be lost. */
export interface AcknowledgedBatch extends RequestedBatch {
  /** The official client of its project, pointed at wherever the API is at the moment. */
  readonly client: LlamaCloud;
}

export interface LoadCounts {
  /** Creates, each counted once however often the client sent it. */
  creates: number;
  /** Creates that the client gave up on. */
  unanswered: number;
  cancels: number;
  /** Cancels that came too late, or that the client gave up on. */
  refusedCancels: number;
  /** Requests that were sent again after they had failed. */
  retries: number;
}

/** Clients that create batches and cancel some of them, whatever dies meanwhile. */
export interface Load {
  readonly acknowledged: readonly AcknowledgedBatch[];
  readonly counts: Readonly<LoadCounts>;
  readonly answers: Answers;
  /** Batches that clients wait for at this moment. */
  readonly open: number;
  /** Refusals that no crash explains. */
  readonly wrongs: readonly string[];
  start(): void;
  /** Lets the requests under way end. The API must be up. */
  stop(): Promise<void>;
}

/** Clients at the same time. Two batches may run, so some are throttled. */
const CLIENTS = 8;
/** How long a client watches its batch before it makes the next, in milliseconds. */
const PATIENCE_MS = 6_000;
const CANCELLED_SHARE = 0.35;
const LONGEST_WAIT_TO_CANCEL_MS = 1_200;

const SHORT = ['letter.pdf', 'invoice.pdf', 'form.pdf'];
/** Of different sizes; two documents cannot be read, and the images take their time. */
const DIRECTORIES: readonly (readonly string[])[] = [
  SHORT,
  [...SHORT, 'broken.pdf', ...SHORT, 'locked.pdf', 'two-columns.pdf', 'statement.pdf', ...SHORT],
  [...SHORT, 'notice.png', 'report.pdf', 'label.webp', 'languages.pdf', 'slides.pdf', ...SHORT],
];

interface Source {
  readonly directoryId: string;
  readonly files: number;
}

/** Uploads the documents; then everything is ready for {@link Load.start}. */
export async function prepareLoad(site: Site, random: Random): Promise<Load> {
  const counts: LoadCounts = { creates: 0, unanswered: 0, cancels: 0, refusedCancels: 0, retries: 0 };
  const answers = new Map<number, number>();
  const wrongs: string[] = [];
  const client = countingClient(site.apis, API_KEY, { counts, answers, wrongs });
  const sources = await Promise.all(DIRECTORIES.map((names) => upload(client, names)));
  const acknowledged: AcknowledgedBatch[] = [];
  let open = 0;
  let stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const create = async ({ directoryId, files }: Source): Promise<string | undefined> => {
    counts.creates += 1;
    const marker = `https://receiver.invalid/${counts.creates}`;
    try {
      const { id } = await client.batches.create({
        source_directory_id: directoryId,
        config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
        webhook_configurations: [{ webhook_url: marker }],
      });
      acknowledged.push({ id, marker, files, client });
      return id;
    } catch (error) {
      counts.unanswered += 1;
      if (isRefusal(error)) wrongs.push(`a create was refused: ${String(error)}`);
      return undefined;
    }
  };

  const work = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const id = await create(random.pick(sources));
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
    acknowledged,
    counts,
    answers,
    wrongs,
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

async function upload(client: LlamaCloud, names: readonly string[]): Promise<Source> {
  const { id } = await client.beta.directories.create({ name: `${names.length} files` });
  for (const [index, name] of names.entries()) {
    const file = new File([await exampleDocument(name)], `${index}-${name}`);
    await client.beta.directories.files.upload(id, { upload_file: file });
  }
  return { directoryId: id, files: names.length };
}

async function untilEnded(client: LlamaCloud, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const status = await client.batches.get(id, {}, { maxRetries: 0 }).then(
      (batch) => batch.status,
      () => undefined,
    );
    if (status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED') return;
    await pause(200, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

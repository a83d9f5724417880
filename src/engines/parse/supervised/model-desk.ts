import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { failedAnswer } from '../../model/failed-answer.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../../model/port.ts';
import { Deadline } from './deadline.ts';

/** Questions of one document that may be open at once: more than any client lets through. */
const MOST_OPEN = 64;
/** The model may be waited for so many times as long as one try may take, however few pages there are. */
const FEWEST_TIMEOUTS = 5;

export interface DeskParts {
  /** Absent: there is no model. */
  readonly client: ModelClient | undefined;
  /** The child's own directory: pictures of no other place are sent. */
  readonly directory: string;
  readonly reply: (id: number, answer: ModelAnswer) => void;
  /** Stands still while the model is waited for. */
  readonly deadline: Deadline;
}

/**
 * Where a child's questions to the model are taken, for one document. What the child sends is not trusted: it reads
 * hostile files.
 *
 * The document's own deadline stands still while at least one of its questions is open: a slow model is not the
 * document's doing. Waiting has a limit of its own instead, which is what one try may take for every page asked for, and
 * five times that at least. When it is used up, open and later questions are answered `time_over`, and the document
 * goes on without the model under its own deadline. So its time is bounded by the sum of both.
 */
export class ModelDesk {
  readonly #parts: DeskParts;
  readonly #open = new Set<AbortController>();
  readonly #waiting: Deadline;
  #isClosed = false;
  #isOver = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#waiting = new Deadline(waitingMs(parts.client, 1), () => {
      this.#isOver = true;
      this.#abortAll();
    });
  }

  /** The document's length is known. */
  allow(askedPages: number): void {
    this.#waiting.allow(waitingMs(this.#parts.client, askedPages));
  }

  /** Takes a question and replies, unless the desk is closed before. */
  async take(id: number, request: ModelRequest): Promise<void> {
    const answer = await this.#answer(request);
    if (!this.#isClosed) this.#parts.reply(id, answer);
  }

  /** Stops whatever is open and replies to nothing more. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#abortAll();
    this.#waiting.pause();
  }

  async #answer(request: ModelRequest): Promise<ModelAnswer> {
    const { client, deadline, directory } = this.#parts;
    if (!client) return failedAnswer('no_model');
    if (this.#isOver) return failedAnswer('time_over');
    if (this.#isClosed) return failedAnswer('cancelled');
    if (!isRequest(request) || this.#open.size >= MOST_OPEN) return failedAnswer('bad_request');
    const controller = new AbortController();
    this.#open.add(controller);
    deadline.pause();
    this.#waiting.run();
    try {
      if (!(await liesInside(directory, request))) return failedAnswer('bad_picture');
      const answer = await client.complete(request, controller.signal);
      return !answer.ok && answer.code === 'cancelled' && this.#isOver ? failedAnswer('time_over') : answer;
    } finally {
      this.#open.delete(controller);
      if (this.#open.size === 0 && !this.#isClosed) {
        this.#waiting.pause();
        deadline.run();
      }
    }
  }

  #abortAll(): void {
    for (const controller of this.#open) controller.abort();
  }
}

function waitingMs(client: ModelClient | undefined, askedPages: number): number {
  return (client?.timeoutMs ?? 0) * Math.max(FEWEST_TIMEOUTS, askedPages);
}

function isRequest(request: unknown): request is ModelRequest {
  const parts = (request as ModelRequest | undefined)?.parts;
  return Array.isArray(parts) && parts.length > 0;
}

async function liesInside(directory: string, request: ModelRequest): Promise<boolean> {
  try {
    const root = (await realpath(directory)) + sep;
    for (const part of request.parts) {
      if ('path' in part && !(await realpath(part.path)).startsWith(root)) return false;
    }
    return true;
  } catch {
    return false;
  }
}

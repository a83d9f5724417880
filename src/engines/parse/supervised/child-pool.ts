import type { Logger } from '../../../logger.ts';
import type { ChildEnd, ChildObserver } from '../../../model/observations.ts';
import type { ModelClient } from '../../model/port.ts';
import { blameFullDisk } from '../disk-space.ts';
import { EngineChild } from './engine-child.ts';

export interface PoolOptions {
  /** Children at most; also documents at the same time. */
  readonly processes: number;
  /** Where children make their directories; exists. */
  readonly directory: string;
  readonly memoryLimitBytes: number;
  /** A child is replaced after this many documents. */
  readonly recycleAfterDocuments: number;
  /** A child whose resident memory is above this after a document is replaced. */
  readonly recycleAfterRssBytes: number;
  /** Answers the children's questions to the model; absent: they are told that there is none. */
  readonly model?: ModelClient;
  readonly logger: Logger;
  /** Told of every process that starts and ends. */
  readonly observer?: ChildObserver | undefined;
}

/** Starts of a child that may fail in a row before the engine is held to be unable to work. */
const MOST_FAILED_STARTS = 2;

/**
 * Keeps up to `processes` children: started when first needed, kept between documents, replaced when worn or
 * dead. A child is lent to one document at a time; who finds none free waits in line.
 */
export class ChildPool {
  readonly #options: PoolOptions;
  readonly #children = new Set<EngineChild>();
  readonly #idle: EngineChild[] = [];
  readonly #waiting: (() => void)[] = [];
  #lent = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Where children have their directories. */
  get directory(): string {
    return this.#options.directory;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Waits for a place and hands out a child that is ready. Give it back with {@link release}. */
  async acquire(signal: AbortSignal): Promise<EngineChild | 'cancelled'> {
    if (!(await this.#takePlace(signal))) return 'cancelled';
    try {
      const child = await this.#readyChild();
      if (child && !signal.aborted) return child;
      if (child) this.#putBack(child);
      this.#givePlace();
      return 'cancelled';
    } catch (error) {
      this.#givePlace();
      throw error;
    }
  }

  /** Takes a child back; worn or dead ones are dropped, and the next who needs one starts a fresh one. */
  async release(child: EngineChild): Promise<void> {
    try {
      if (child.isGone) {
        this.#children.delete(child);
        this.#options.observer?.childEnded(causeOf(child));
      } else if (this.#closed || this.#isWorn(child)) await this.#drop(child);
      else this.#putBack(child);
    } finally {
      this.#givePlace();
    }
  }

  /** Kills all children and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#children].map((child) => this.#drop(child)));
  }

  #putBack(child: EngineChild): void {
    child.rest();
    this.#idle.push(child);
  }

  async #takePlace(signal: AbortSignal): Promise<boolean> {
    if (this.#closed || signal.aborted) return false;
    // Who gives a place back passes it on, so it is not counted again.
    if (this.#lent >= this.#options.processes) return this.#waitInLine(signal);
    this.#lent += 1;
    return true;
  }

  #waitInLine(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', leave);
        resolve(!this.#closed);
      };
      const leave = () => {
        const position = this.#waiting.indexOf(wake);
        if (position >= 0) this.#waiting.splice(position, 1);
        resolve(false);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(wake);
    });
  }

  #givePlace(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#lent -= 1;
  }

  /** Undefined when the pool was closed meanwhile. */
  async #readyChild(): Promise<EngineChild | undefined> {
    const { directory, memoryLimitBytes, model, logger } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const idle = this.#idle.pop();
      if (idle && !idle.isGone) return idle;
      if (idle) this.#children.delete(idle);
      if (this.#closed) return undefined;
      const child = new EngineChild(directory, memoryLimitBytes, model);
      this.#children.add(child);
      if (await child.ready()) {
        logger.debug({ pid: child.pid }, 'started a parse process');
        this.#options.observer?.childStarted();
        return child;
      }
      this.#children.delete(child);
      if (this.#closed) return undefined;
      if (attempt >= MOST_FAILED_STARTS) {
        const words = child.lastWords === '' ? 'it said nothing' : child.lastWords;
        blameFullDisk([directory], new Error(words));
        throw new Error(`The parse process cannot start: ${words}`);
      }
    }
  }

  #isWorn(child: EngineChild): boolean {
    const { recycleAfterDocuments, recycleAfterRssBytes } = this.#options;
    return child.documents >= recycleAfterDocuments || child.resident > recycleAfterRssBytes;
  }

  async #drop(child: EngineChild): Promise<void> {
    const { logger } = this.#options;
    logger.debug(
      { pid: child.pid, documents: child.documents, resident: child.resident },
      'ending a parse process',
    );
    const observer = child.isGone ? undefined : this.#options.observer;
    await child.kill();
    if (this.#children.delete(child)) observer?.childEnded(this.#closed ? 'closed' : 'worn');
    const position = this.#idle.indexOf(child);
    if (position >= 0) this.#idle.splice(position, 1);
  }
}

/** Why a process is gone that was lent to a task. */
function causeOf({ lastEnd }: EngineChild): ChildEnd {
  return lastEnd === 'memory' || lastEnd === 'timeout' || lastEnd === 'cancelled' ? lastEnd : 'crash';
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ParseOutcome } from '../port.ts';
import { childEnvironment, childProgram } from './child-environment.ts';
import { limitData, residentBytes } from './process-memory.ts';
import type { ChildMessage, DocumentTask } from './protocol.ts';

const WATCH_INTERVAL_MS = process.platform === 'linux' ? 100 : 500;
/** The kernel's limit stands above the watch's, so that the watch, which says why, is normally first. */
const DATA_LIMIT_RATIO = 1.5;
/** A child that aborts by itself above this share of its limit ran into the kernel's limit. */
const NEAR_LIMIT_RATIO = 0.5;
const STDERR_TAIL = 2_000;

export interface ChildLimits {
  readonly memoryLimitBytes: number;
  /** Milliseconds a document may take, by the pages asked for once they are known. */
  readonly deadlineMs: (askedPages: number) => number;
}

/** How one attempt at a document ended, seen from outside the process. */
export type AttemptEnd =
  | { readonly kind: 'done'; readonly outcome: ParseOutcome }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timeout'; readonly seconds: number; readonly askedPages: number | undefined }
  | { readonly kind: 'memory' }
  | { readonly kind: 'crash'; readonly detail: string };

type KillReason = Extract<AttemptEnd, { kind: 'cancelled' | 'timeout' | 'memory' }>;

/**
 * One engine process and everything that can befall it. States: starting → idle ⇄ busy → gone. It leads a process
 * group of its own, and killing means the group, so that nothing it started survives it.
 */
export class EngineChild {
  /** Documents handed to it so far. */
  documents = 0;
  /** Resident bytes when last looked at. */
  resident = 0;
  readonly #process: ChildProcess;
  readonly #directory: string;
  readonly #memoryLimitBytes: number;
  readonly #ready: Promise<boolean>;
  readonly #gone: Promise<string>;
  #isGone = false;
  #stderr = '';

  /** @param parentDirectory where the child's own directory is made */
  constructor(parentDirectory: string, memoryLimitBytes: number) {
    this.#directory = mkdtempSync(join(parentDirectory, 'engine-'));
    this.#memoryLimitBytes = memoryLimitBytes;
    const program = childProgram();
    this.#process = fork(program.path, [this.#directory], {
      detached: true,
      env: childEnvironment(this.#directory),
      execArgv: [...program.execArgv],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_TAIL);
    });
    this.#gone = this.#watchEnd();
    this.#ready = this.#watchReady();
    if (this.#process.pid !== undefined) limitData(this.#process.pid, memoryLimitBytes * DATA_LIMIT_RATIO);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** What the process last wrote to its standard error, for the log. */
  get lastWords(): string {
    return this.#stderr.trim();
  }

  /** False when the process ended before it could take a document. */
  ready(): Promise<boolean> {
    return this.#ready;
  }

  /** Runs one document. Never rejects. After anything but `done` and `fault` the child is gone. */
  async run(task: DocumentTask, limits: ChildLimits, signal: AbortSignal): Promise<AttemptEnd> {
    this.documents += 1;
    this.#hold();
    try {
      return await this.#supervise(task, limits, signal);
    } finally {
      if (!this.#isGone && this.pid !== undefined) this.resident = (await residentBytes(this.pid)) ?? this.resident;
      this.#letGo();
    }
  }

  async #supervise(task: DocumentTask, limits: ChildLimits, signal: AbortSignal): Promise<AttemptEnd> {
    let killed: KillReason | undefined;
    let peak = 0;
    const kill = (reason: KillReason) => {
      killed ??= reason;
      this.#killGroup();
    };
    let askedPages: number | undefined;
    const started = Date.now();
    const expire = () => {
      kill({ kind: 'timeout', seconds: Math.round((Date.now() - started) / 1000), askedPages });
    };
    let deadline = setTimeout(expire, limits.deadlineMs(1));
    const watch = setInterval(() => {
      void this.#measure().then((bytes) => {
        peak = Math.max(peak, bytes);
        if (bytes > limits.memoryLimitBytes) kill({ kind: 'memory' });
      });
    }, WATCH_INTERVAL_MS);
    const onAbort = () => kill({ kind: 'cancelled' });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const answered = this.#answer(task, (pages) => {
      askedPages = pages;
      clearTimeout(deadline);
      deadline = setTimeout(expire, Math.max(0, started + limits.deadlineMs(pages) - Date.now()));
    });
    const ended = this.#gone.then((detail): AttemptEnd => {
      return killed ?? this.#explainEnd(detail, peak, limits.memoryLimitBytes);
    });
    try {
      return await Promise.race([answered.end, ended]);
    } finally {
      clearTimeout(deadline);
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
      answered.stop();
    }
  }

  /** Kills the group and waits until the process is gone and its directory removed. Safe to call twice. */
  async kill(): Promise<void> {
    this.#hold();
    this.#killGroup();
    await this.#gone;
  }

  #answer(task: DocumentTask, onPages: (askedPages: number) => void): { end: Promise<AttemptEnd>; stop: () => void } {
    let onMessage: (message: ChildMessage) => void = () => {};
    const end = new Promise<AttemptEnd>((resolve) => {
      onMessage = (message) => {
        if (message.type === 'pages') onPages(message.askedPages);
        else if (message.type === 'done') resolve({ kind: 'done', outcome: message.outcome });
        else if (message.type === 'fault') resolve({ kind: 'fault', message: message.message });
      };
    });
    this.#process.on('message', onMessage);
    // An error here means that the channel is closed: the end of the process tells the rest.
    if (this.#process.connected) this.#process.send({ type: 'parse', task }, () => {});
    return { end, stop: () => this.#process.off('message', onMessage) };
  }

  async #measure(): Promise<number> {
    if (this.pid !== undefined && !this.#isGone) this.resident = (await residentBytes(this.pid)) ?? this.resident;
    return this.resident;
  }

  #explainEnd(detail: string, peak: number, limit: number): AttemptEnd {
    const aborted = detail.includes('SIGABRT') || detail.includes('SIGTRAP') || detail.includes('SIGSEGV');
    return aborted && peak > limit * NEAR_LIMIT_RATIO ? { kind: 'memory' } : { kind: 'crash', detail };
  }

  async #watchEnd(): Promise<string> {
    const detail = await new Promise<string>((resolve) => {
      this.#process.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
      this.#process.once('error', (error) => resolve(error.message));
    });
    this.#isGone = true;
    // What it may have started is still in its group.
    this.#killGroup();
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 3 });
    return detail;
  }

  async #watchReady(): Promise<boolean> {
    const ready = once(this.#process, 'message').then(() => true);
    const isReady = await Promise.race([ready, this.#gone.then(() => false)]);
    return isReady;
  }

  #killGroup(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#process.kill('SIGKILL');
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  /** A busy child keeps Sheaf alive; an idle one does not. */
  #hold(): void {
    this.#process.ref();
    this.#process.channel?.ref();
  }

  #letGo(): void {
    this.#process.unref();
    this.#process.channel?.unref();
    (this.#process.stderr as { unref?: () => void } | null)?.unref?.();
  }

  get memoryLimitBytes(): number {
    return this.#memoryLimitBytes;
  }
}

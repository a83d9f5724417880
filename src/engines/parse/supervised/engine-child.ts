import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { ModelClient } from '../../model/port.ts';
import { childEnvironment, childProgram } from './child-environment.ts';
import { Deadline } from './deadline.ts';
import { ModelDesk } from './model-desk.ts';
import { limitData, residentBytes } from './process-memory.ts';
import type { ChildCommand, ChildMessage, TaskCommand, TaskKind, TaskOutcomes } from './protocol.ts';

const WATCH_INTERVAL_MS = process.platform === 'linux' ? 100 : 500;
/** The kernel's limit stands above the watch's, so that the watch, which says why, is normally first. */
const DATA_LIMIT_RATIO = 1.5;
/** A child that aborts by itself above this share of its limit ran into the kernel's limit. */
const NEAR_LIMIT_RATIO = 0.5;
/** Between short documents the process is measured this often: each look costs as much as a page. */
const MEASURE_INTERVAL_MS = 500;
const STDERR_TAIL = 2_000;

export interface ChildLimits {
  readonly memoryLimitBytes: number;
  /** Milliseconds a document may take, by the pages asked for once they are known. Waiting for the model is not counted. */
  readonly deadlineMs: (askedPages: number) => number;
}

/** How one attempt at a task ended, seen from outside the process. */
export type AttemptEnd<Outcome> = { readonly kind: 'done'; readonly outcome: Outcome } | Interruption;

type Interruption =
  /** With the code of what the machine has run out of, if that was it. */
  | { readonly kind: 'fault'; readonly message: string; readonly code?: string | undefined }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timeout'; readonly seconds: number; readonly askedPages: number | undefined }
  | { readonly kind: 'memory' }
  | { readonly kind: 'crash'; readonly detail: string };

type KillReason = Extract<Interruption, { kind: 'cancelled' | 'timeout' | 'memory' }>;

/**
 * One engine process and everything that can befall it. States: starting → idle ⇄ busy → gone. It leads a process
 * group of its own, and killing means the group, so that nothing it started survives it.
 */
export class EngineChild {
  /** Documents handed to it so far. */
  documents = 0;
  /** Resident bytes when last looked at. */
  resident = 0;
  /** How its last task ended. */
  lastEnd: AttemptEnd<unknown>['kind'] | undefined;
  readonly #process: ChildProcess;
  readonly #directory: string;
  readonly #model: ModelClient | undefined;
  readonly #ready: Promise<boolean>;
  readonly #gone: Promise<string>;
  #onMessage: ((message: ChildMessage) => void) | undefined;
  /** Told how the process ended, once it is gone with all that it started. */
  #onGone: ((detail: string) => void) | undefined;
  #endDetail: string | undefined;
  #measuredAt = 0;
  #isGone = false;
  #stderr = '';

  /**
   * @param parentDirectory where the child's own directory is made
   * @param model answers the child's questions; absent: it is told that there is none
   */
  constructor(parentDirectory: string, memoryLimitBytes: number, model?: ModelClient) {
    this.#model = model;
    this.#directory = mkdtempSync(join(parentDirectory, 'engine-'));
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
    this.#process.on('message', (message: ChildMessage) => this.#onMessage?.(message));
    this.#gone = this.#watchEnd();
    const isReady = new Promise<boolean>((resolve) => {
      this.#onMessage = (message) => resolve(message.type === 'ready');
    });
    this.#ready = Promise.race([isReady, this.#gone.then(() => false)]);
    if (this.pid !== undefined) limitData(this.pid, memoryLimitBytes * DATA_LIMIT_RATIO);
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

  /** Runs one task. Never rejects. After anything but `done` and `fault` the child is gone. */
  async run<Kind extends TaskKind>(
    command: TaskCommand<Kind>,
    limits: ChildLimits,
    signal: AbortSignal,
  ): Promise<AttemptEnd<TaskOutcomes[Kind]>> {
    this.documents += 1;
    this.#hold();
    const end = await this.#supervise(command, limits, signal);
    this.lastEnd = end.kind;
    if (Date.now() - this.#measuredAt > MEASURE_INTERVAL_MS) await this.#measure();
    return end;
  }

  /** Kills the group and waits until the process is gone and its directory removed. Safe to call twice. */
  async kill(): Promise<void> {
    this.#hold();
    this.#killGroup();
    await this.#gone;
  }

  /** Lets Sheaf's process end although this one still runs; {@link run} and {@link kill} take that back. */
  rest(): void {
    this.#process.unref();
    this.#process.channel?.unref();
    (this.#process.stderr as Socket | null)?.unref();
  }

  #hold(): void {
    this.#process.ref();
    this.#process.channel?.ref();
  }

  async #supervise<Kind extends TaskKind>(
    command: TaskCommand<Kind>,
    limits: ChildLimits,
    signal: AbortSignal,
  ): Promise<AttemptEnd<TaskOutcomes[Kind]>> {
    let killed: KillReason | undefined;
    let askedPages: number | undefined;
    let peak = 0;
    const kill = (reason: KillReason) => {
      killed ??= reason;
      this.#killGroup();
    };
    const deadline = new Deadline(limits.deadlineMs(1), () =>
      kill({ kind: 'timeout', seconds: Math.round(deadline.spentMs / 1000), askedPages }),
    );
    const desk = new ModelDesk({
      client: this.#model,
      directory: this.#directory,
      reply: (id, answer) => this.#command({ type: 'answer', id, answer }),
      deadline,
    });
    const abort = () => kill({ kind: 'cancelled' });
    const look = async () => {
      peak = Math.max(peak, await this.#measure());
      if (peak > limits.memoryLimitBytes) kill({ kind: 'memory' });
    };
    deadline.run();
    const watch = setInterval(() => void look(), WATCH_INTERVAL_MS);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const answered = this.#send(command, desk, (pages) => {
      askedPages = pages;
      deadline.allow(limits.deadlineMs(pages));
      desk.allow(pages);
    });
    const ended = this.#nextEnd((detail) => killed ?? explainEnd(detail, peak / limits.memoryLimitBytes));
    try {
      return await Promise.race([answered, ended]);
    } finally {
      desk.close();
      deadline.pause();
      clearInterval(watch);
      signal.removeEventListener('abort', abort);
      this.#onMessage = undefined;
      this.#onGone = undefined;
      // Killed while the answer was on its way: the answer counts, but the process must not be lent again.
      if (killed) await this.#gone;
    }
  }

  /** Not the promise of the end itself, which would keep all that every task waits with until the process ends. */
  #nextEnd(explain: (detail: string) => Interruption): Promise<Interruption> {
    return new Promise((resolve) => {
      if (this.#endDetail !== undefined) resolve(explain(this.#endDetail));
      else this.#onGone = (detail) => resolve(explain(detail));
    });
  }

  #send<Kind extends TaskKind>(
    command: TaskCommand<Kind>,
    desk: ModelDesk,
    onPages: (askedPages: number) => void,
  ): Promise<AttemptEnd<TaskOutcomes[Kind]>> {
    return new Promise((resolve) => {
      this.#onMessage = (message) => {
        if (message.type === 'pages') onPages(message.askedPages);
        else if (message.type === 'model') void desk.take(message.id, message.request);
        else if (message.type === 'done') {
          // The outcome is that of the kind of task that was sent: there is one at a time.
          resolve({ kind: 'done', outcome: message.outcome as TaskOutcomes[Kind] });
        } else if (message.type === 'fault')
          resolve({ kind: 'fault', message: message.message, code: message.code });
      };
      this.#command(command as TaskCommand);
    });
  }

  #command(command: ChildCommand): void {
    // An error here means that the channel is closed: the end of the process tells the rest.
    if (this.#process.connected) this.#process.send(command, () => {});
  }

  async #measure(): Promise<number> {
    this.#measuredAt = Date.now();
    if (this.pid !== undefined && !this.#isGone)
      this.resident = (await residentBytes(this.pid)) ?? this.resident;
    return this.resident;
  }

  async #watchEnd(): Promise<string> {
    const detail = await new Promise<string>((resolve) => {
      this.#process.once('exit', (code, signal) =>
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
      this.#process.once('error', (error) => resolve(error.message));
    });
    this.#isGone = true;
    // What it may have started is still in its group.
    this.#killGroup();
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 3 });
    this.#endDetail = detail;
    this.#onGone?.(detail);
    return detail;
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
}

/** @param peakShare the most memory seen, as a share of the limit */
function explainEnd(detail: string, peakShare: number): Interruption {
  const aborted = /SIGABRT|SIGTRAP|SIGSEGV|SIGILL/.test(detail);
  return aborted && peakShare > NEAR_LIMIT_RATIO ? { kind: 'memory' } : { kind: 'crash', detail };
}

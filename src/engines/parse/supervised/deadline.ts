/**
 * A span of time that runs out, unless it is stopped: it can stand still while somebody else is waited for. Begins
 * standing still.
 */
export class Deadline {
  readonly #expire: () => void;
  #limitMs: number;
  #spentMs = 0;
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param expire called once, when it has run for `limitMs` milliseconds */
  constructor(limitMs: number, expire: () => void) {
    this.#limitMs = limitMs;
    this.#expire = expire;
  }

  /** Milliseconds that it has run, pauses not counted. */
  get spentMs(): number {
    return this.#spentMs + (this.#since === undefined ? 0 : Date.now() - this.#since);
  }

  run(): void {
    if (this.#since !== undefined) return;
    this.#since = Date.now();
    this.#timer = setTimeout(this.#expire, Math.max(0, this.#limitMs - this.#spentMs));
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#spentMs = this.spentMs;
    this.#since = undefined;
  }

  /** Sets another limit; what has been spent stays spent. */
  allow(limitMs: number): void {
    this.#limitMs = limitMs;
    if (this.#since === undefined) return;
    this.pause();
    this.run();
  }
}

import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** Characters or bytes a spool may hold in memory before it moves to its file: long documents stay flat. */
const SPILL_AT = 4 * 1024 * 1024;
const COPY_BYTES = 256 * 1024;

/**
 * A part of the result that grows while the document is read: in memory at first, in a file of its own once it is
 * large. All calls are synchronous.
 */
export class Spool {
  readonly #path: string;
  /** Told of bytes as soon as their number is known; throws when there are too many. */
  readonly #charge: (bytes: number) => void;
  #text: string[] = [];
  #characters = 0;
  #buffers: Uint8Array[] = [];
  #held = 0;
  #file: number | undefined;
  #spilled = 0;

  constructor(path: string, charge: (bytes: number) => void) {
    this.#path = path;
    this.#charge = charge;
  }

  addText(text: string): void {
    this.#text.push(text);
    this.#characters += text.length;
    if (this.#characters + this.#held >= SPILL_AT) this.#spill();
  }

  /** Adds bytes, which must not change afterwards. @returns where they begin in the spool */
  addBytes(bytes: Uint8Array): number {
    this.#encode();
    const at = this.#spilled + this.#held;
    this.#charge(bytes.length);
    this.#buffers.push(bytes);
    this.#held += bytes.length;
    if (this.#held >= SPILL_AT) this.#spill();
    return at;
  }

  /** Writes everything behind what the open file holds. @returns how many bytes that were */
  appendTo(file: number): number {
    this.#encode();
    if (this.#file !== undefined) copyFile(this.#file, this.#spilled, file);
    for (const bytes of this.#buffers) writeAll(file, bytes);
    return this.#spilled + this.#held;
  }

  /** Forgets everything and removes the file. Safe to call twice. */
  discard(): void {
    this.#text = [];
    this.#buffers = [];
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(this.#path, { force: true });
  }

  #encode(): void {
    if (this.#text.length === 0) return;
    const bytes = Buffer.from(this.#text.join(''), 'utf8');
    this.#text = [];
    this.#characters = 0;
    this.#charge(bytes.length);
    this.#buffers.push(bytes);
    this.#held += bytes.length;
  }

  #spill(): void {
    this.#encode();
    this.#file ??= openSync(this.#path, 'w+');
    for (const bytes of this.#buffers) writeAll(this.#file, bytes);
    this.#buffers = [];
    this.#spilled += this.#held;
    this.#held = 0;
  }
}

function copyFile(source: number, bytes: number, target: number): void {
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, bytes));
  for (let position = 0; position < bytes;) {
    const read = readSync(source, buffer, 0, buffer.length, position);
    if (read === 0)
      throw new Error('A part file of the result became shorter while it was copied into the pack.');
    writeAll(target, buffer.subarray(0, read));
    position += read;
  }
}

/** `writeSync` may write less than asked for, for example on a full disk just before it fails. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written, bytes.length - written);
  }
}

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelAnswer, ModelRequest } from '../../model/port.ts';

type Answered = Extract<ModelAnswer, { ok: true }>;

/**
 * Answers of the model, kept from when they come until the document is finished: they were paid for, so whatever dies,
 * the next attempt does not ask again. Each lies under what was asked, and is used for nothing else. It is only a saving,
 * so whatever goes wrong with a file is passed over.
 */
export class KeptAnswers {
  readonly #directory: string | undefined;

  /** @param directory of this document alone, made with the first answer; undefined: nothing is kept */
  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  load(pageNumber: number, request: ModelRequest): Answered | undefined {
    if (this.#directory === undefined) return undefined;
    try {
      const answer = JSON.parse(readFileSync(this.#path(pageNumber, request), 'utf8')) as Answered;
      return typeof answer.text === 'string' ? answer : undefined;
    } catch {
      return undefined;
    }
  }

  keep(pageNumber: number, request: ModelRequest, answer: Answered): void {
    if (this.#directory === undefined) return;
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const path = this.#path(pageNumber, request);
      writeFileSync(`${path}.${process.pid}`, JSON.stringify(answer), { mode: 0o600 });
      renameSync(`${path}.${process.pid}`, path);
    } catch {
      // The page is asked for again.
    }
  }

  /** The picture is not part of the name: it is the same page of the same document. */
  #path(pageNumber: number, { system, parts }: ModelRequest): string {
    const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
    const hash = createHash('sha256')
      .update(JSON.stringify([system, texts]))
      .digest('hex')
      .slice(0, 16);
    return join(this.#directory ?? '', `model-${pageNumber}-${hash}.json`);
  }
}

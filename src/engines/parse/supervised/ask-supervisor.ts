import { failedAnswer } from '../../model/failed-answer.ts';
import type { AskModel, ModelAnswer, ModelRequest } from '../../model/port.ts';

/** A child's side of the conversation about the model: questions go out with a number, answers come back with it. */
export class SupervisorLine {
  readonly #send: (id: number, request: ModelRequest) => void;
  readonly #open = new Map<number, (answer: ModelAnswer) => void>();
  #last = 0;

  constructor(send: (id: number, request: ModelRequest) => void) {
    this.#send = send;
  }

  /**
   * Asks the model through the supervisor. Pictures are named by the paths of files in this process's own directory,
   * which must stay until the answer is there.
   */
  readonly ask: AskModel = (request) => {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.#send(id, request);
    });
  };

  /** The supervisor has answered. One that nobody waits for any more is passed over. */
  take(id: number, answer: ModelAnswer): void {
    this.#open.get(id)?.(answer);
    this.#open.delete(id);
  }

  /** The document is done: nobody will answer what is still open. */
  hangUp(): void {
    for (const id of this.#open.keys()) this.take(id, failedAnswer('cancelled'));
  }
}

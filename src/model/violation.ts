/** A rule that a value breaks, and where: what the HTTP surface turns into one entry of a 422 list. */
export interface Violation {
  /** Keys from the checked value down to the place at fault; empty for the value itself. */
  readonly path: readonly (string | number)[];
  /** Machine-readable kind, as in contract 1.4: `missing`, `value_error`, `too_long`, … */
  readonly type: string;
  /** One sentence for a person: what is wrong, and what to do. */
  readonly message: string;
  /** The value at fault, where it is short and no secret. */
  readonly input?: unknown;
}

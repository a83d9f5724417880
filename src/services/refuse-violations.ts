import { validationError } from '../errors.ts';
import type { Violation } from '../model/violation.ts';

/**
 * Refuses a value that breaks rules of the model.
 * @param loc where the value stands in the request, as in a 422's `loc`
 * @throws a 422 that lists every violation; nothing when there is none
 */
export function refuseViolations(violations: readonly Violation[], loc: readonly (string | number)[]): void {
  if (violations.length === 0) return;
  throw validationError(
    ...violations.map(({ path, type, message, input }) => ({
      type,
      loc: [...loc, ...path],
      msg: message,
      ...(isShort(input) && { input }),
    })),
  );
}

/** Long values are not echoed: the client knows what it sent. */
function isShort(input: unknown): boolean {
  return input !== undefined && (JSON.stringify(input)?.length ?? 0) <= 200;
}

import type { CreatedBounds } from '../store/created-bounds.ts';

/** When what a list is asked for was made. Both bounds are inclusive; what is absent does not matter. */
export interface CreatedQuery {
  readonly createdAtOnOrAfter?: Date | undefined;
  readonly createdAtOnOrBefore?: Date | undefined;
}

/** The bounds as the filter of a list, and of its page tokens, holds them. */
export function createdBounds({
  createdAtOnOrAfter: first,
  createdAtOnOrBefore: last,
}: CreatedQuery): CreatedBounds {
  return {
    ...(first && { createdAtOnOrAfter: first.toISOString() }),
    ...(last && { createdAtOnOrBefore: last.toISOString() }),
  };
}

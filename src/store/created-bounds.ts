import { sql, type RawBuilder } from 'kysely';

/** When rows of a list were made, as ISO 8601. Both bounds are inclusive; what is absent does not matter. */
export interface CreatedBounds {
  readonly createdAtOnOrAfter?: string;
  readonly createdAtOnOrBefore?: string;
}

/** What must hold for a row that was made within the bounds. */
export function createdWithin({
  createdAtOnOrAfter: first,
  createdAtOnOrBefore: last,
}: CreatedBounds): RawBuilder<unknown>[] {
  return [
    ...(first === undefined ? [] : [sql`created_at >= ${first}::timestamptz`]),
    ...(last === undefined ? [] : [sql`created_at <= ${last}::timestamptz`]),
  ];
}

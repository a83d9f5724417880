import { sql, type RawBuilder } from 'kysely';

/**
 * When rows expire.
 * @param expires a time, or milliseconds from the database's now; null: never
 */
export function endAt(expires: Date | number | null): Date | RawBuilder<Date> | null {
  return typeof expires === 'number'
    ? sql<Date>`now() + ${expires}::float8 * interval '1 millisecond'`
    : expires;
}

/**
 * Whether rows of a table are to be shown and worked with: what has expired is as good as deleted, cleaned up or not.
 * @param name the table's name or alias in the statement
 */
export function isLive(name: string): RawBuilder<boolean> {
  const column = (field: string) => sql.ref(`${name}.${field}`);
  const end = column('expires_at');
  return sql<boolean>`(${column('deleted_at')} is null and (${end} is null or ${end} > now()))`;
}

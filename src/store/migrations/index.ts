import type { Migration } from 'kysely';
import * as first from './0001-first.ts';

/**
 * Every migration by name, in order. Only `up`: a database is never taken back, because a newer program's
 * data may not fit an older schema; restore a backup instead.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': first,
};

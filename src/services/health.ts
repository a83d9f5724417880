import { sql } from 'kysely';
import { isTransientDatabaseError } from '../store/database.ts';
import type { Services } from './context.ts';

/** Whether an error tells of a database that is away for a while, rather than of what was asked of it. */
export const isDatabaseOutage = isTransientDatabaseError;

/** Whether the database answers. */
export async function isDatabaseUp(services: Pick<Services, 'db' | 'logger'>): Promise<boolean> {
  try {
    await sql`select 1`.execute(services.db);
    return true;
  } catch (error) {
    services.logger.warn({ err: error }, 'the database does not answer');
    return false;
  }
}

import { sql } from 'kysely';
import type { Services } from './context.ts';

/** Whether the database answers. */
export async function isDatabaseUp(services: Services): Promise<boolean> {
  try {
    await sql`select 1`.execute(services.db);
    return true;
  } catch (error) {
    services.logger.warn({ err: error }, 'the database does not answer');
    return false;
  }
}

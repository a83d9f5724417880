import { sql } from 'kysely';
import type { Executor } from './database.ts';
import type { StoredResult } from './schema.ts';

/** A result and the name of the document it was made of. */
export interface NamedResult {
  readonly name: string;
  readonly result: StoredResult;
}

/** The result of a job, of whatever project: for the holders of signed links. */
export async function findResult(db: Executor, jobId: string): Promise<NamedResult | undefined> {
  const found = await sql<NamedResult>`
    select name, result from jobs where id = ${jobId} and result is not null`.execute(db);
  return found.rows[0];
}

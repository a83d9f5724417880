import { sql, type Kysely } from 'kysely';

/**
 * Indexes of jobs that do not look at the status. A claim changes nothing that an index knows then, and PostgreSQL
 * writes the row without touching any of them (HOT); a job that is admitted and run costs 16 entries of indexes rather
 * than 24. It also keeps plans from reading all open jobs for a few of them: no index says `status in (…)` any more.
 */
export const indexes = [
  // Admission, and lists of what waits. Those that hold a slot are the oldest, and few.
  { name: 'jobs_open', on: `jobs (project_id, created_at, id) where finished_at is null` },
  // The turn that is due.
  { name: 'jobs_turns', on: `jobs (turn) where holds_slot` },
  { name: 'jobs_unfinished_by_file', on: `jobs (file_id) where finished_at is null` },
  // Lists by status. Only failed jobs have a code, and of the others only cancelled ones have a message.
  { name: 'jobs_failed', on: `jobs (project_id, kind, created_at, id) where error_code is not null` },
  {
    name: 'jobs_cancelled',
    on: `jobs (project_id, kind, created_at, id) where error_code is null and error_message is not null`,
  },
];

const STATEMENTS = [
  // What the lists by status rely on.
  `alter table jobs
    add constraint jobs_failed_code check (status <> 'FAILED' or error_code is not null) not valid,
    add constraint jobs_cancelled_message
      check (status <> 'CANCELLED' or (error_code is null and error_message is not null)) not valid`,
  `drop index jobs_waiting, jobs_open_by_file, jobs_not_completed, jobs_running_of_batch, jobs_of_worker`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

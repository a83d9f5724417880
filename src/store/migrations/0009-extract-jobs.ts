import { sql, type Kysely } from 'kysely';

/** Extract jobs: what they read, and which parse they stand on. */
const STATEMENTS = [
  // Not jsonb, which forgets the order of keys: the data of an extraction has its fields in the order of its schema.
  `alter table configurations alter column parameters type json using parameters::json`,
  `alter table batches alter column resolved_parameters type json using resolved_parameters::json`,
  `alter table jobs
    alter column parameters type json using parameters::json,
    -- As the client named it: a file, a file of a directory, or a parse job.
    add column file_input text collate "C",
    -- The parse that an extraction reads: one that was given, or the one that was made or found for it.
    add column parse_job_id text collate "C",
    add constraint jobs_input check (kind <> 'extract' or file_input is not null)`,
  // Only extract jobs have an input: other jobs cost these indexes nothing.
  `create index jobs_by_input on jobs (project_id, file_input, created_at, id) where file_input is not null`,
  `create index jobs_of_configuration on jobs (project_id, configuration_id, created_at, id)
    where file_input is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

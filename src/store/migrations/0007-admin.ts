import { sql, type Kysely } from 'kysely';

/** Organizations and projects can be made, and are then meant by their names. */
const STATEMENTS = [
  `create unique index organizations_by_name on organizations (name)`,
  `create unique index projects_by_name on projects (organization_id, name)`,
  `create index api_keys_of_project on api_keys (project_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

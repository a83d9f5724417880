import type { DatabaseHandle } from '../../store/database.ts';
import { KNOWN_MIGRATIONS } from '../../store/backup/migrate-to.ts';
import { failed, ok, type Finding } from './finding.ts';

const OLDEST = 15;
/** More than this and signed links and leases are judged wrongly. */
const MOST_CLOCK_DIFFERENCE_MS = 2_000;

export async function checkDatabase({ pool }: DatabaseHandle): Promise<Finding> {
  const begun = performance.now();
  const { rows } = await pool.query<{ version: string; number: number; written: boolean }>(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      not pg_is_in_recovery() as written`);
  const milliseconds = Math.round(performance.now() - begun);
  const { version = '', number = 0, written = false } = rows[0] ?? {};
  const detail = `PostgreSQL ${version}, answers in ${milliseconds} ms`;
  if (number < OLDEST * 10_000) return failed('database', detail, `use PostgreSQL ${OLDEST} or later`);
  if (!written)
    return failed('database', `${detail}, is a read-only standby`, 'point SHEAF_DATABASE_URL at the primary');
  return ok('database', detail);
}

export async function checkMigrations({ pool }: DatabaseHandle): Promise<Finding> {
  const table = await pool.query<{ found: boolean }>(
    `select to_regclass('schema_migrations') is not null as found`,
  );
  if (!table.rows[0]?.found) return ok('migrations', 'none yet: the next `sheaf serve` applies all');
  const { rows } = await pool.query<{ name: string }>('select name from schema_migrations');
  const applied = rows.map(({ name }) => name);
  const unknown = applied.filter((name) => !KNOWN_MIGRATIONS.includes(name));
  if (unknown.length > 0)
    return failed(
      'migrations',
      `the database is of a newer Sheaf (${unknown.join(', ')})`,
      'run that version, or restore a backup that was made before',
    );
  const pending = KNOWN_MIGRATIONS.length - applied.length;
  if (pending > 0)
    return ok('migrations', `${applied.length} applied, ${pending} to come with the next start`);
  return ok('migrations', `all ${applied.length} applied`);
}

export async function checkClock({ pool }: DatabaseHandle): Promise<Finding> {
  const before = Date.now();
  const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
  const middle = (before + Date.now()) / 2;
  const difference = Math.round((rows[0]?.now.getTime() ?? 0) - middle);
  const detail = `${Math.abs(difference)} ms ${difference > 0 ? 'behind' : 'ahead of'} the database`;
  if (Math.abs(difference) <= MOST_CLOCK_DIFFERENCE_MS) return ok('clock', detail);
  return failed('clock', detail, 'synchronise both machines (NTP): signed links expire by this clock');
}

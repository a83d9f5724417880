import type { Config } from '../../config.ts';
import type { DatabaseHandle } from '../../store/database.ts';
import { readSchemaState } from '../../store/migrate.ts';
import { failed, ok, without, type Finding } from './finding.ts';

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

export async function checkMigrations(
  { db }: DatabaseHandle,
  { migrate }: Pick<Config, 'migrate'>,
): Promise<Finding> {
  const { applied, pending, unknown, compatible } = await readSchemaState(db);
  const newer = `of a newer Sheaf (${unknown.join(', ')})`;
  if (!compatible)
    return failed(
      'migrations',
      `the database is ${newer}, and this one cannot work with it`,
      'run that version or a later one, or restore a backup that was made before',
    );
  if (pending.length > 0 && migrate === 'wait')
    return without(
      'migrations',
      `${applied.length} applied, ${pending.length} to come, and SHEAF_MIGRATE=wait`,
      'run `sheaf migrate up`: servers wait for it',
    );
  if (applied.length === 0) return ok('migrations', 'none yet: the next `sheaf serve` applies all');
  if (pending.length > 0)
    return ok('migrations', `${applied.length} applied, ${pending.length} to come with the next start`);
  if (unknown.length > 0)
    return ok('migrations', `all applied, and ${unknown.length} ${newer}, with which this one can work`);
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

import { openMigrationSession } from '../app/sessions.ts';
import { loadConfig } from '../config.ts';
import { ADMINISTRATION_OPTIONS, ADMINISTRATION_USAGE, printJson, readAction } from './administration.ts';
import { readArguments, UsageError, type Command } from './command.ts';

const ACTIONS = ['status', 'up'] as const;

/** `sheaf migrate`: what is to be done to the database for this version, and doing it. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the database up to this version',
  usage: `Usage: sheaf migrate status|up [--force] [--json]

  status   says which migrations are applied, which are pending, and whether this version can work with the database;
           exit code 0: up to date, 3: migrations are pending, 1: this version cannot work with it
  up       applies what is pending, while servers run; a server does the same at its start unless SHEAF_MIGRATE=wait

  --force                  migrate although older programs run that could not work with the outcome
${ADMINISTRATION_USAGE}`,

  async run(args, environment) {
    const options = { ...ADMINISTRATION_OPTIONS, force: { type: 'boolean', default: false } } as const;
    const { values, positionals } = readArguments(args, options);
    const [said, ...rest] = positionals;
    const action = readAction(said, ACTIONS);
    if (rest.length > 0) throw new UsageError(`unexpected ${JSON.stringify(rest[0])}`);
    if (values.force && action === 'status') throw new UsageError('--force goes with up');
    const dataDir = values['data-dir'];
    const config = loadConfig(
      { SHEAF_LOG_LEVEL: 'warn', ...environment },
      { ...(dataDir !== undefined && { dataDir }) },
    );
    const session = await openMigrationSession(config);
    try {
      return action === 'up' ? await up(session, values) : await status(session, values.json);
    } finally {
      await session.close();
    }
  },
};

type Session = Awaited<ReturnType<typeof openMigrationSession>>;

async function up(session: Session, { force, json }: { force: boolean; json: boolean }): Promise<number> {
  const applied = await session.up({ force, onWait: (why) => console.error(`Waiting: ${why}`) });
  if (json) printJson({ applied });
  else console.log(applied.length === 0 ? 'Nothing to do.' : `Applied ${applied.join(', ')}.`);
  return 0;
}

const EXIT = { upToDate: 0, incompatible: 1, pending: 3 } as const;

async function status(session: Session, json: boolean): Promise<number> {
  const state = await session.status();
  if (json) printJson(state);
  else {
    for (const name of state.applied)
      console.log(`${name}  ${state.unknown.includes(name) ? 'of a newer version' : 'applied'}`);
    for (const name of state.pending) console.log(`${name}  pending`);
    if (!state.compatible) console.log('This version cannot work with the database: run a later one.');
    else if (state.unknown.length > 0)
      console.log('A newer version migrated the database; this one can work with it.');
  }
  if (!state.compatible) return EXIT.incompatible;
  return state.pending.length > 0 ? EXIT.pending : EXIT.upToDate;
}

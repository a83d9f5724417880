import type { Administration, ListedKey } from '../app/sessions.ts';
import {
  administer,
  ADMINISTRATION_OPTIONS,
  ADMINISTRATION_USAGE,
  printJson,
  readAction,
  shownTime,
} from './administration.ts';
import { readArguments, UsageError, type Command } from './command.ts';
import { formatTable } from './table.ts';

const OPTIONS = {
  ...ADMINISTRATION_OPTIONS,
  project: { type: 'string' },
  organization: { type: 'string' },
  name: { type: 'string' },
} as const;

interface Values {
  readonly project?: string;
  readonly organization?: string;
  readonly name?: string;
  readonly json: boolean;
}

/** `sheaf keys`: who may call. */
export const keysCommand: Command = {
  name: 'keys',
  summary: 'make, list or revoke API keys',
  usage: `Usage: sheaf keys create [--project PROJECT] [--name NAME]
       sheaf keys list [--project PROJECT]
       sheaf keys revoke ID|KEY

  --project PROJECT        id or name; create makes the key for the default project without it
  --organization ORG       id or name, where several organizations have a project of that name
  --name NAME              what the key is for, to be found again (unnamed)
${ADMINISTRATION_USAGE}

create prints the key alone, this once: only a hash of it is kept. A key that was revoked is refused by every
server a second later at the latest, and can not be brought back.`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [said, ...words] = positionals;
    const action = readAction(said, ['create', 'list', 'revoke']);
    const [id] = words;
    if (action === 'revoke' && id === undefined) throw new UsageError('revoke needs a key or its id');
    const [unexpected] = action === 'revoke' ? words.slice(1) : words;
    if (unexpected !== undefined) throw new UsageError(`unexpected ${JSON.stringify(unexpected)}`);
    if (values.name !== undefined && action !== 'create') {
      throw new UsageError('--name is for create: keys are meant by their ids');
    }
    await administer(environment, values['data-dir'], async (administration, place) => {
      if (action === 'create') await create(administration, values, place);
      else if (action === 'list') await list(administration, values);
      else await revoke(administration, id ?? '', values);
    });
    return 0;
  },
};

async function create(administration: Administration, values: Values, place: string): Promise<void> {
  const { project, organization, name = 'unnamed' } = values;
  const made = await administration.createKey({ project, organization, name });
  const { id, key } = made;
  if (values.json) {
    printJson({ id, key, name: made.name, project_id: made.project.id, project_name: made.project.name });
    return;
  }
  console.log(key);
  console.error(
    `${id} (${made.name}) is a key of the project ${made.project.name} in ${place}. It is shown this once: ` +
      'keep it now.',
  );
}

async function list(administration: Administration, values: Values): Promise<void> {
  const { project, organization } = values;
  const keys = await administration.listKeys({ project, organization });
  if (values.json) {
    printJson(keys.map(present));
    return;
  }
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.project_name,
    shownTime(key.created_at),
    shownTime(key.last_used_at),
    shownTime(key.revoked_at),
  ]);
  console.log(formatTable(['id', 'name', 'project', 'created', 'last used', 'revoked'], rows));
}

async function revoke(administration: Administration, idOrKey: string, values: Values): Promise<void> {
  const { key, already, wasLast } = await administration.revokeKey(idOrKey);
  if (values.json) printJson(present(key));
  else if (already) console.log(`${key.id} (${key.name}) had been revoked at ${shownTime(key.revoked_at)}.`);
  else console.log(`${key.id} (${key.name}) is revoked: it is refused within a second.`);
  if (wasLast) {
    console.error(
      `The project ${key.project_name} has no usable key any more. ` +
        `sheaf keys create --project ${key.project_id} makes one.`,
    );
  }
}

function present(key: ListedKey): Record<string, string | null> {
  return {
    id: key.id,
    name: key.name,
    project_id: key.project_id,
    project_name: key.project_name,
    organization_id: key.organization_id,
    created_at: key.created_at.toISOString(),
    last_used_at: key.last_used_at?.toISOString() ?? null,
    revoked_at: key.revoked_at?.toISOString() ?? null,
  };
}

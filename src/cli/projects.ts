import type { Administration, ListedProject } from '../app/sessions.ts';
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
  organization: { type: 'string' },
  name: { type: 'string' },
  'max-running-jobs': { type: 'string' },
  'max-running-batches': { type: 'string' },
} as const;

type Limit = 'max-running-jobs' | 'max-running-batches';
type Values = Partial<Record<'organization' | 'name' | Limit, string>> & { readonly json: boolean };

/** `sheaf projects`: each has keys, files and work of its own. */
export const projectsCommand: Command = {
  name: 'projects',
  summary: 'make, list or change projects',
  usage: `Usage: sheaf projects create --name NAME [--organization ORG] [--max-running-jobs N] [--max-running-batches N]
       sheaf projects list [--organization ORG]
       sheaf projects set PROJECT [--name NAME] [--organization ORG] [--max-running-jobs N|server]
                          [--max-running-batches N|server]

  --name NAME              what it is called; no other project of its organization may have the name
  --organization ORG       id or name; create puts the project into the oldest organization without it, and set
                           needs it where several organizations have a project of that name
  --max-running-jobs N     jobs of the project in the queue or running; the server's limit without it
  --max-running-batches N  batches of the project that run; the server's limit without it
${ADMINISTRATION_USAGE}`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [said, ...words] = positionals;
    const action = readAction(said, ['create', 'list', 'set']);
    const [project] = words;
    checkWords(action, words, values);
    await administer(environment, values['data-dir'], async (administration) => {
      if (action === 'list') await list(administration, values);
      else if (action === 'create') await create(administration, values);
      else await set(administration, project, values);
    });
    return 0;
  },
};

function checkWords(action: 'create' | 'list' | 'set', words: readonly string[], values: Values): void {
  const [unexpected] = action === 'set' ? words.slice(1) : words;
  if (unexpected !== undefined) throw new UsageError(`unexpected ${JSON.stringify(unexpected)}`);
  const changes = [values.name, values['max-running-jobs'], values['max-running-batches']];
  const changed = changes.some((change) => change !== undefined);
  if (action === 'create' && values.name === undefined) throw new UsageError('create needs --name');
  if (action === 'list' && changed) throw new UsageError('list changes nothing: say create or set');
  if (action === 'set' && words[0] === undefined) throw new UsageError("set needs a project's id or name");
  if (action === 'set' && !changed) {
    throw new UsageError('set needs --name, --max-running-jobs or --max-running-batches');
  }
  readLimits(values);
}

/** @returns null for `server` @throws UsageError */
function readLimits(values: Values): {
  maxRunningJobs: number | null | undefined;
  maxRunningBatches: number | null | undefined;
} {
  const read = (limit: Limit): number | null | undefined => {
    const text = values[limit];
    if (text === undefined) return undefined;
    if (text === 'server') return null;
    if (!/^[1-9]\d{0,5}$/.test(text)) {
      throw new UsageError(`--${limit} must be a whole number from 1 to 100000, or server, not ${text}`);
    }
    return Number(text);
  };
  return { maxRunningJobs: read('max-running-jobs'), maxRunningBatches: read('max-running-batches') };
}

async function create(administration: Administration, values: Values): Promise<void> {
  const { name = '', organization } = values;
  const project = await administration.createProject({ name, organization, ...readLimits(values) });
  if (values.json) {
    printJson(present(project));
    return;
  }
  console.log(project.id);
  console.error(
    `The project ${project.name} is made in the organization ${project.organization_name}. ` +
      `sheaf keys create --project ${project.id} makes a key for it.`,
  );
}

async function set(administration: Administration, which: string | undefined, values: Values): Promise<void> {
  const reference = { project: which, organization: values.organization };
  const project = await administration.changeProject(reference, { name: values.name, ...readLimits(values) });
  if (values.json) printJson(present(project));
  else console.log(table([project]));
}

async function list(administration: Administration, values: Values): Promise<void> {
  const projects = await administration.listProjects(values.organization);
  if (values.json) printJson(projects.map(present));
  else console.log(table(projects));
}

function table(projects: readonly ListedProject[]): string {
  const rows = projects.map((project) => [
    project.id,
    project.name,
    project.organization_name,
    project.is_default ? 'yes' : '',
    String(project.limits.max_running_jobs ?? 'server'),
    String(project.limits.max_running_batches ?? 'server'),
    shownTime(project.created_at),
  ]);
  return formatTable(['id', 'name', 'organization', 'default', 'jobs', 'batches', 'created'], rows);
}

function present(project: ListedProject): Record<string, unknown> {
  return {
    id: project.id,
    name: project.name,
    organization_id: project.organization_id,
    organization_name: project.organization_name,
    is_default: project.is_default,
    max_running_jobs: project.limits.max_running_jobs ?? null,
    max_running_batches: project.limits.max_running_batches ?? null,
    created_at: project.created_at.toISOString(),
    updated_at: project.updated_at.toISOString(),
  };
}

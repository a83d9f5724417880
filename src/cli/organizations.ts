import type { Organization } from '../app/sessions.ts';
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

const OPTIONS = { ...ADMINISTRATION_OPTIONS, name: { type: 'string' } } as const;

/** `sheaf organizations`: what projects stand in. */
export const organizationsCommand: Command = {
  name: 'organizations',
  summary: 'make or list organizations',
  usage: `Usage: sheaf organizations create --name NAME
       sheaf organizations list

  --name NAME              what it is called; no other organization may have the name
${ADMINISTRATION_USAGE}`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [said, unexpected] = positionals;
    const action = readAction(said, ['create', 'list']);
    if (unexpected !== undefined) throw new UsageError(`unexpected ${JSON.stringify(unexpected)}`);
    const { name } = values;
    if (action === 'create' && name === undefined) throw new UsageError('create needs --name');
    if (action === 'list' && name !== undefined) throw new UsageError('--name is for create');
    await administer(environment, values['data-dir'], async (administration) => {
      if (name !== undefined) showMade(await administration.createOrganization(name), values.json);
      else showAll(await administration.listOrganizations(), values.json);
    });
    return 0;
  },
};

function showMade(organization: Organization, json: boolean): void {
  if (json) {
    printJson(present(organization));
    return;
  }
  console.log(organization.id);
  console.error(
    `The organization ${organization.name} is made. ` +
      `sheaf projects create --organization ${organization.id} --name NAME makes its first project.`,
  );
}

function showAll(organizations: readonly Organization[], json: boolean): void {
  if (json) {
    printJson(organizations.map(present));
    return;
  }
  const rows = organizations.map(({ id, name, created_at }) => [id, name, shownTime(created_at)]);
  console.log(formatTable(['id', 'name', 'created'], rows));
}

function present({ id, name, created_at }: Organization): Record<string, string> {
  return { id, name, created_at: created_at.toISOString() };
}

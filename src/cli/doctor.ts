import { examine, type Finding } from '../app/doctor.ts';
import { loadConfig } from '../config.ts';
import { printJson } from './administration.ts';
import { readArguments, UsageError, type Command } from './command.ts';

const OPTIONS = { 'data-dir': { type: 'string' }, json: { type: 'boolean', default: false } } as const;

/** `sheaf doctor`: whether everything is there that a server needs. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'look at everything that a server needs',
  usage: `Usage: sheaf doctor [--data-dir DIR] [--json]

  --data-dir DIR   database, files and results (SHEAF_DATA_DIR, ./.sheaf)
  --json           for machines

Give it the settings of the server. It works beside a running one and without, and changes nothing: an embedded database
that does not run is started and stopped again. Exit code 1 says that something a server needs does not work; what is
only not to be had is told and does not count.`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError(`unexpected ${JSON.stringify(positionals[0])}`);
    const dataDir = values['data-dir'];
    const config = loadConfig(environment, dataDir === undefined ? {} : { dataDir });
    const findings = await examine(config, (finding) => {
      if (!values.json) console.log(lineOf(finding));
    });
    if (values.json) printJson(findings);
    return findings.some(({ state }) => state === 'failed') ? 1 : 0;
  },
};

function lineOf({ part, state, detail, mend }: Finding): string {
  const line = `${state.padEnd(7)}  ${part.padEnd(11)}  ${detail}`;
  return mend === undefined ? line : `${line}\n${' '.repeat(22)}→ ${mend}`;
}

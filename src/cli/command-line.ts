import { isStorageFull } from '../model/shortage.ts';
import { ConfigError } from '../config.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { batchCommand } from './batch.ts';
import { batchesCommand } from './batches.ts';
import { UsageError, type Command } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { organizationsCommand } from './organizations.ts';
import { projectsCommand } from './projects.ts';
import { serveCommand } from './serve.ts';

const COMMANDS: readonly Command[] = [
  serveCommand,
  batchCommand,
  batchesCommand,
  keysCommand,
  projectsCommand,
  organizationsCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
  migrateCommand,
];

/** What each exit code of `sheaf` means. */
const EXIT = { failed: 1, usage: 2 } as const;

/**
 * Runs one command of `sheaf`.
 * @param args what stands after the program's name
 * @returns the exit code: 0 success, 1 failure, 2 the words were not understood
 */
export async function runCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    console.log(overview());
    return name === undefined ? EXIT.usage : 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) {
    console.error(`sheaf: there is no command ${JSON.stringify(name)}\n\n${overview()}`);
    return EXIT.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await command.run(rest, environment);
  } catch (error) {
    return explain(error, command);
  }
}

function explain(error: unknown, command: Command): number {
  if (error instanceof UsageError) {
    console.error(`sheaf ${command.name}: ${error.message}\n\n${command.usage}`);
    return EXIT.usage;
  }
  if (error instanceof ConfigError) {
    console.error(error.message);
    return EXIT.usage;
  }
  console.error(`sheaf ${command.name}: ${error instanceof Error ? error.message : String(error)}`);
  if (isStorageFull(error)) console.error('Free some space where this command writes, then try again.');
  if (process.env['SHEAF_LOG_LEVEL'] === 'debug' && error instanceof Error) console.error(error.stack);
  return EXIT.failed;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: sheaf COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\nsheaf COMMAND --help says more.`;
}

import { parseArgs, type ParseArgsConfig } from 'node:util';

/** One command of `sheaf`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Shown by `--help` and after words that were not understood. */
  readonly usage: string;
  /** @returns the exit code */
  readonly run: (args: readonly string[], environment: NodeJS.ProcessEnv) => Promise<number>;
}

/** The words of a command line were not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads a command's words. @throws UsageError naming what was not understood */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

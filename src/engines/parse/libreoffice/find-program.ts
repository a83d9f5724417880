import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { inheritedEnvironment } from '../supervised/child-environment.ts';

const NAMES = ['soffice', 'libreoffice'];

/**
 * Where LibreOffice's program is. It is looked for anew with every document that needs it, so that an installation
 * works without a restart.
 *
 * @param setting its path, or `off`; absent: the first on PATH
 * @returns undefined when there is none. On Windows it is never used, because there what it starts cannot be ended
 * reliably.
 */
export function findProgram(setting: string | undefined): string | undefined {
  if (setting === 'off' || process.platform === 'win32') return undefined;
  if (setting !== undefined) return isProgram(setting) ? setting : undefined;
  const directories = (inheritedEnvironment()['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return directories.flatMap((directory) => NAMES.map((name) => join(directory, name))).find(isProgram);
}

/** @throws {Error} when an operator named a program that cannot be run: better at start than with some document */
export function assertUsable(setting: string | undefined): void {
  if (setting === undefined || setting === 'off' || process.platform === 'win32' || isProgram(setting))
    return;
  throw new Error(
    `SHEAF_SOFFICE names ${setting}, which is no program that can be run. Give the path of LibreOffice's soffice, ` +
      'or off to do without.',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

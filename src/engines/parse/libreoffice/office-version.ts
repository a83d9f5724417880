import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { officeEnvironment } from './profile.ts';
import { runProgram } from './run-program.ts';

const DEADLINE_MS = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;
const known = new Map<string, string>();

/** What an installation of LibreOffice says its version is; `unknown` when it does not say. Asked once per process. */
export async function officeVersion(program: string, scratch: string): Promise<string> {
  const version = known.get(program) ?? (await askVersion(program, scratch));
  known.set(program, version);
  return version;
}

async function askVersion(program: string, scratch: string): Promise<string> {
  const directory = mkdtempSync(join(scratch, 'office-version-'));
  try {
    const end = await runProgram({
      command: [program, `-env:UserInstallation=${pathToFileURL(directory).href}`, '--headless', '--version'],
      environment: officeEnvironment(directory),
      directory,
      deadlineMs: DEADLINE_MS,
      mostBytes: MOST_BYTES,
    });
    return (end.kind === 'ended' && /^LibreOffice\S* (\d[\w.]*)/m.exec(end.words)?.[1]) || 'unknown';
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

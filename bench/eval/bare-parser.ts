import { fork } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parsed } from './parsed.ts';

const DEADLINE_MS = 120_000;

/**
 * The same document through LiteParse alone. OCR is off unless a directory with language data is given, because its
 * default would read every page with few words by OCR, or download the data.
 */
export async function parseBare(path: string, tessdataDir = ''): Promise<Parsed> {
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-bare-'));
  const copy = join(directory, basename(path));
  copyFileSync(path, copy);
  const child = fork(fileURLToPath(new URL('./bare-child.ts', import.meta.url)), [copy, tessdataDir], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, HOME: directory, TMPDIR: directory, OMP_THREAD_LIMIT: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  try {
    return await new Promise<Parsed>((resolve) => {
      child.once('message', (parsed) => resolve(parsed as Parsed));
      child.once('exit', (code, signal) =>
        resolve({ ok: false, reason: `ended with ${signal ?? code}`, seconds: DEADLINE_MS / 1000 }),
      );
    });
  } finally {
    clearTimeout(deadline);
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}
